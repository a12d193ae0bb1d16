//! The form as a proposer sees it: to fill in, and to look at before anybody may.

use super::{LONGEST_SUMMARY, LONGEST_TITLE, days, grouped, sections_of};
use crate::Refusal;
use crate::http::form_view::{FieldWords, FormSection, FormView};
use crate::http::page::Shell;
use serde_json::Value;
use twoway_entity::calls::call;
use twoway_manifest::{Field, FieldType};

/// Title and summary, then the call's questions as they are asked on this day.
pub fn fields(call: &call::Model, today: &str) -> Result<Vec<Field>, Refusal> {
    let title = Field { required: true, max_length: Some(LONGEST_TITLE), ..Field::new("title", FieldType::Line) };
    let summary = Field { required: true, max_length: Some(LONGEST_SUMMARY), ..Field::new("summary", FieldType::Text) };
    let mut fields = vec![title, summary];
    fields.extend(days::asked_on(super::form_of(call)?, today));
    Ok(fields)
}

/// The fields under the headings of their sections. `stored`: the answers that were saved before, some of which may stand by now.
pub fn form(
    shell: &Shell,
    action: String,
    (call, today): (&call::Model, &str),
    fields: &[Field],
    (typed, stored): (&Value, &Value),
) -> Result<FormView, Refusal> {
    let words = FieldWords::host(shell.locale, "field-proposal");
    let mut view = FormView::new(action, fields, &words, typed, &[]);
    for field in fields.iter().filter(|field| field.frozen_after.is_some()) {
        let answer = stored.get(&field.key).filter(|answer| !answer.is_null());
        if days::stands(field, answer, today) {
            let day = field.frozen_after.clone().unwrap_or_default();
            view.lock(field, &words, answer.unwrap_or(&Value::Null), shell.t1("question-frozen", "day", day));
        }
    }
    for (section, fields) in grouped(&sections_of(call)?, fields) {
        if let Some(section) = section {
            view.sections.push(FormSection {
                title: section.title.clone(),
                help: section.help.clone(),
                fields: fields.iter().map(|field| field.key.clone()).collect(),
            });
        }
    }
    Ok(view)
}
