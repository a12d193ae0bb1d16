//! What the reader of an objection may do with it now, each as a form of its own.

use crate::http::Form;
use crate::http::components::{ActionButton, Confirm};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::Shell;
use crate::objections::handlers::Candidate;
use crate::objections::model::{LONGEST, LONGEST_PUBLIC};
use crate::objections::queries::{Seen, Sight};
use crate::objections::rules;
use crate::objections::state::{ObjectionState as S, Target};
use crate::{App, Who};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

/// A form with its heading; the verb is the last part of its address.
pub(super) struct Deed {
    pub verb: &'static str,
    pub heading: String,
    pub form: FormView,
}

/// What was typed into the form that was refused.
pub(super) struct Typed<'a> {
    pub verb: &'a str,
    pub form: &'a Form,
}

struct Draw<'a> {
    shell: &'a Shell,
    seen: &'a Seen,
    typed: Option<&'a Typed<'a>>,
}

impl Draw<'_> {
    fn text(&self, verb: &str, name: &str, most: u32) -> FormField {
        let mut field = FormField::plain(name, self.shell.t(&format!("objection-{verb}-{name}")), Control::Text);
        // Several forms of this kind stand on one page.
        field.id = format!("f-{verb}-{name}");
        field.required = true;
        field.max_length = Some(most);
        field.value = self.value(verb, name).to_string();
        field
    }

    fn value(&self, verb: &str, name: &str) -> &str {
        self.typed.filter(|typed| typed.verb == verb).map_or("", |typed| typed.form.text(name))
    }

    fn deed(&self, verb: &'static str, fields: Vec<FormField>) -> Deed {
        let heading = self.shell.t(&format!("objection-{verb}"));
        let form = FormView::plain(format!("/objections/{}/{verb}", self.seen.row.id), fields)
            .with("_version", self.seen.row.version)
            .submit(heading.as_str());
        Deed { verb, heading, form }
    }

    fn answer(&self, verb: &'static str) -> Deed {
        let shell = self.shell;
        let mut result = FormField::plain("result", shell.t("objection-result"), Control::Radios);
        result.id = format!("f-{verb}-result");
        result.required = true;
        result.options = ["upheld", "rejected"]
            .map(|value| OptionView {
                value: value.into(),
                label: shell.t(&format!("objection-result-{value}")),
                selected: self.value(verb, "result") == value,
            })
            .into();
        let mut answer = self.text(verb, "answer", LONGEST);
        answer.label = shell.t("objection-answer-text");
        answer.help = Some(shell.t("objection-answer-help"));
        let mut fields = vec![result, answer];
        if self.seen.row.target != Target::Project {
            let mut why = self.text(verb, "why", LONGEST_PUBLIC);
            why.label = shell.t("objection-why");
            why.help = Some(shell.t("objection-why-help"));
            why.required = false;
            fields.push(why);
        }
        self.deed(verb, fields)
    }

    fn assign(&self, candidates: &[Candidate]) -> Deed {
        let mut handler = FormField::plain("handler", self.shell.t("objection-handler"), Control::Select);
        handler.id = "f-assign-handler".into();
        handler.help = Some(self.shell.t("objection-handler-help"));
        handler.required = true;
        handler.options = candidates
            .iter()
            .filter(|c| c.refused.is_none())
            .map(|c| OptionView {
                value: c.account.to_string(),
                label: self.shell.t2("review-person", "name", c.name.as_str(), "organization", c.organization.as_str()),
                selected: self.value("assign", "handler") == c.account.to_string(),
            })
            .collect();
        self.deed("assign", vec![handler])
    }
}

/// Whether the reader assigns handlers for this objection.
pub(super) fn assigns(who: &Who, seen: &Seen) -> bool {
    seen.sight != Sight::Objector && who.holds_over(&[Role::LeadOffice], &seen.row.path)
}

/// Whether somebody is to be chosen in this state.
pub(super) fn is_assignable(state: S) -> bool {
    matches!(state, S::Admitted | S::Assigned | S::FactFinding | S::ReviewRequested | S::ReviewAssigned)
}

pub(super) fn deeds(
    app: &App,
    who: &Who,
    shell: &Shell,
    seen: &Seen,
    candidates: &[Candidate],
    typed: Option<&Typed<'_>>,
) -> Vec<Deed> {
    let draw = Draw { shell, seen, typed };
    let row = &seen.row;
    let mut deeds = Vec::new();
    if seen.sight == Sight::Objector {
        if row.state == S::Answered && rules::review_in_time(row, app.now()).is_ok() {
            deeds.push(draw.deed("review", vec![draw.text("review", "reason", 2_000)]));
        }
        return deeds;
    }
    let is_handler = |handler: Option<Uuid>| handler.is_some() && handler == who.account();
    if row.state == S::FactFinding && is_handler(row.handler_id) {
        deeds.push(draw.answer("answer"));
        if rules::extendable(row, app.now()).is_ok() {
            deeds.push(draw.deed("extend", vec![draw.text("extend", "reason", 1_000)]));
        }
    }
    if row.state == S::ReviewAssigned && is_handler(row.second_handler_id) {
        deeds.push(draw.answer("answer-finally"));
    }
    if row.state == S::Filed && assigns(who, seen) {
        deeds.push(draw.deed("dismiss", vec![draw.text("dismiss", "reason", 2_000)]));
    }
    if is_assignable(row.state) && assigns(who, seen) {
        deeds.push(draw.assign(candidates));
    }
    if rules::publishable(row).is_ok() {
        let mut text = draw.text("publish", "text", LONGEST_PUBLIC);
        text.help = Some(shell.t("objection-publish-help"));
        if text.value.is_empty() {
            text.value = row.public_answer.clone().unwrap_or_default();
        }
        deeds.push(draw.deed("publish", vec![text]));
    }
    deeds
}

/// What is done with one press.
pub(super) fn buttons(who: &Who, shell: &Shell, seen: &Seen) -> Vec<ActionButton> {
    let row = &seen.row;
    let post = |verb: &str| {
        ActionButton::post(shell.t(&format!("objection-{verb}")), format!("/objections/{}/{verb}", row.id))
            .with("_version", row.version)
    };
    let confirmed = |verb: &str| {
        let confirm = Confirm {
            title: shell.t(&format!("objection-{verb}")),
            text: shell.t(&format!("objection-{verb}-text")),
            points: Vec::new(),
            ok: shell.t(&format!("objection-{verb}")),
        };
        post(verb).confirm(confirm)
    };
    if seen.sight == Sight::Objector {
        return match row.state {
            S::Answered => vec![confirmed("accept").primary()],
            S::Filed | S::Admitted | S::Assigned | S::FactFinding | S::ReviewRequested | S::ReviewAssigned => {
                vec![confirmed("withdraw")]
            }
            S::Inadmissible | S::Accepted | S::AnsweredFinally | S::Withdrawn => Vec::new(),
        };
    }
    let mut buttons = Vec::new();
    if row.state == S::Filed && assigns(who, seen) {
        buttons.push(post("admit").primary());
    }
    if row.state == S::Assigned && row.handler_id == who.account() {
        buttons.push(post("begin").primary());
    }
    if seen.sight.knows_who() {
        buttons.push(confirmed("objector"));
    }
    buttons
}
