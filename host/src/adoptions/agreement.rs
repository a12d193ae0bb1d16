//! The agreement's words: a template for the draft, and the whole text that the parties confirm. The text is Chinese, whatever
//! language the reader has chosen, because it is the document itself; its sentences are in `agreements.ftl`.

use super::model::{AgreementTerms, Committed, NAMED};
use crate::http::texts::{Locale, TextValue, t};
use fluent_bundle::FluentValue;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use twoway_entity::organizations::organization;
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

    /// The whole text of version `number`.
    pub fn text(&self, terms: &AgreementTerms, number: i32) -> String {
        let mut text = String::new();
        let mut put = |line: String| {
            let _ = writeln!(text, "{line}");
        };
        let code = self.sponsor.credit_code.clone().unwrap_or_default();
        put(say("agreement-text-title", &[]));
        put(say("agreement-text-version", &[("number", number.text_value())]));
        put(String::new());
        put(say("agreement-text-project", &[("project", self.proposal_title.text_value())]));
        put(say("agreement-text-sponsor", &[("name", self.sponsor.name.text_value()), ("code", code.text_value())]));
        put(say("agreement-text-team", &[("name", self.team.text_value())]));
        put(say("agreement-text-office", &[("name", self.office.text_value())]));
        let publicity = if terms.publicity == NAMED { "agreement-text-named" } else { "agreement-text-anonymous" };
        let naming = match terms.naming.trim() {
            "" => say("agreement-text-no-naming", &[]),
            naming => say("agreement-text-naming", &[("naming", naming.text_value())]),
        };
        let lines: Vec<String> = self.lines.iter().enumerate().map(|(at, line)| self.line(at + 1, line)).collect();
        let sections = [
            ("agreement-text-purpose", terms.purpose.clone()),
            ("agreement-text-lines", lines.join("\n")),
            ("agreement-text-quality", terms.quality.clone()),
            ("agreement-text-schedule", terms.schedule.clone()),
            ("agreement-text-recipient", terms.recipient.clone()),
            ("agreement-text-publicity", format!("{}\n{naming}", say(publicity, &[]))),
            ("agreement-text-surplus", terms.surplus.clone()),
            ("agreement-text-promise", say("agreement-text-promise-body", &[])),
        ];
        for (heading, body) in sections {
            put(String::new());
            put(say(heading, &[]));
            put(body);
        }
        text
    }

    fn line(&self, number: usize, line: &Committed) -> String {
        say(
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
        )
    }
}

/// SHA-256 of the text in UTF-8, hex: the same that `sha256sum` says of the downloaded file.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
