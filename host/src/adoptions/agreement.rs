//! The agreement's words: a template for the draft, and the whole text that the parties confirm. The text is Chinese, whatever
//! language the reader has chosen, because it is the document itself; its sentences are in `agreements.ftl`.

use super::conditions::Conditions;
use super::model::{AgreementTerms, Committed, NAMED};
use super::partners::Together;
use super::rules::signers;
use super::templates::{GENERAL, fill};
use crate::http::texts::{Locale, TextValue, t};
use fluent_bundle::FluentValue;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use twoway_entity::agreements::plan_part;
use twoway_entity::organizations::organization;
use twoway_entity::sponsoring::{ConditionKind, condition};
use twoway_ids::Uuid;

const LANGUAGE: Locale = Locale::ZhCn;

/// Everything that an agreement names besides its terms.
pub struct Subject<'a> {
    pub proposal_title: &'a str,
    pub sponsor: &'a organization::Model,
    /// The team, or the citizen whose proposal it is.
    pub team: &'a str,
    pub office: &'a str,
    pub lines: &'a [Committed],
    /// Recipients' names by id.
    pub recipients: &'a HashMap<Uuid, String>,
    pub conditions: &'a Conditions,
    /// Who adopts along with the sponsor.
    pub partners: &'a [Together],
}

fn say(key: &str, values: &[(&str, FluentValue<'static>)]) -> String {
    t(LANGUAGE, key, values)
}

impl Subject<'_> {
    fn receiver<'s>(&'s self, line: &Committed) -> &'s str {
        line.line.recipient_id.and_then(|id| self.recipients.get(&id)).map_or(self.team, String::as_str)
    }

    /// The draft from which the parties start.
    pub fn template(&self) -> AgreementTerms {
        let mut receivers: Vec<&str> = self.lines.iter().map(|l| self.receiver(l)).collect();
        receivers.sort_unstable();
        receivers.dedup();
        let last = self.lines.iter().map(|l| l.line.due_on.as_str()).max().unwrap_or_default();
        AgreementTerms {
            template: GENERAL.to_string(),
            purpose: say("agreement-draft-purpose", &[("project", self.proposal_title.text_value())]),
            quality: say("agreement-draft-quality", &[]),
            schedule: say("agreement-draft-schedule", &[("day", last.text_value())]),
            recipient: say("agreement-draft-recipient", &[("names", receivers.join("、").text_value())]),
            // Whether to be named is for the sponsor to say.
            publicity: String::new(),
            naming: String::new(),
            naming_consented: false,
            surplus: say("agreement-draft-surplus", &[]),
        }
    }

    /// The whole text of version `number`: the template's words with everything filled in, then the clauses that the law wants in
    /// every agreement.
    pub fn text(&self, template: &str, terms: &AgreementTerms, plan: &[plan_part::Model], number: i32) -> String {
        let publicity = if terms.publicity == NAMED { "agreement-text-named" } else { "agreement-text-anonymous" };
        let naming = match terms.naming.trim() {
            "" => say("agreement-text-no-naming", &[]),
            naming => say("agreement-text-naming", &[("naming", naming.text_value())]),
        };
        let lines: Vec<String> = self.lines.iter().enumerate().map(|(at, line)| self.line(at + 1, line)).collect();
        let names =
            signers(self.lines, &[]).into_iter().filter_map(|signer| self.recipients.get(&signer.organization?));
        let recipients: Vec<String> =
            names.map(|name| say("agreement-text-recipient-party", &[("name", name.text_value())])).collect();
        let recipients = match recipients.is_empty() {
            true => say("agreement-text-recipient-team", &[("name", self.team.text_value())]),
            false => recipients.join("\n"),
        };
        let schedule: Vec<String> = std::iter::once(terms.schedule.clone()).chain(self.plan(plan)).collect();
        let values = BTreeMap::from([
            ("project", self.proposal_title.to_string()),
            ("version", number.to_string()),
            ("sponsor", self.sponsor.name.clone()),
            ("sponsor_code", self.sponsor.credit_code.clone().unwrap_or_default()),
            ("team", self.team.to_string()),
            ("recipients", recipients),
            ("office", self.office.to_string()),
            ("purpose", terms.purpose.clone()),
            ("lines", lines.join("\n")),
            ("quality", terms.quality.clone()),
            ("schedule", schedule.join("\n")),
            ("recipient", terms.recipient.clone()),
            ("publicity", say(publicity, &[])),
            ("naming", naming),
            ("surplus", terms.surplus.clone()),
        ]);
        let mut text = fill(template, &values);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        if !self.partners.is_empty() {
            let _ = writeln!(text);
            let _ = writeln!(text, "{}", say("agreement-text-together", &[]));
            let lead = [("name", self.sponsor.name.text_value())];
            let _ = writeln!(text, "{}", say("agreement-text-together-lead", &lead));
            for partner in self.partners {
                let code = partner.house.credit_code.clone().unwrap_or_default();
                let values = [
                    ("name", partner.house.name.text_value()),
                    ("code", code.text_value()),
                    ("share", partner.row.share.text_value()),
                ];
                let _ = writeln!(text, "{}", say("agreement-text-together-partner", &values));
            }
        }
        for clause in ["promise", "gift", "method"] {
            let _ = writeln!(text);
            let _ = writeln!(text, "{}", say(&format!("agreement-text-{clause}"), &[]));
            let _ = writeln!(text, "{}", say(&format!("agreement-text-{clause}-body"), &[]));
        }
        text
    }

    /// The delivery plan, a sentence for each part.
    fn plan<'s>(&'s self, plan: &'s [plan_part::Model]) -> impl Iterator<Item = String> + 's {
        plan.iter().filter_map(|part| {
            let line = self.lines.iter().find(|l| l.commitment.id == part.commitment_id)?;
            let values = [
                ("title", line.line.title.text_value()),
                ("day", part.due_on.text_value()),
                ("quantity", part.quantity.text_value()),
                ("unit", line.line.unit.text_value()),
            ];
            Some(say("agreement-text-plan", &values))
        })
    }

    fn line(&self, number: usize, line: &Committed) -> String {
        let said = say(
            "agreement-text-line",
            &[
                ("number", number.text_value()),
                ("kind", say(&format!("choice-kind-{}", line.line.kind.as_str()), &[]).text_value()),
                ("title", line.line.title.text_value()),
                ("quantity", line.commitment.quantity.text_value()),
                ("unit", line.line.unit.text_value()),
                ("day", line.line.due_on.text_value()),
                ("receiver", self.receiver(line).text_value()),
            ],
        );
        match self.conditions.for_commitment(line.commitment.id) {
            Some(row) => said + &self.condition(row),
            None => said,
        }
    }

    /// What the line depends on, behind its sentence.
    fn condition(&self, row: &condition::Model) -> String {
        let key = match row.kind {
            ConditionKind::AllRequiredBy => "agreement-text-condition-all",
            ConditionKind::LineCoveredBy => "agreement-text-condition-line",
        };
        say(key, &[("day", row.by_on.text_value()), ("line", self.conditions.needed(row).text_value())])
    }
}

/// SHA-256 of the text in UTF-8, hex: the same that `sha256sum` says of the downloaded file.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
