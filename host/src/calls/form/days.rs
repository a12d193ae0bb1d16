//! The days of a question: from when on it must be answered, and from when on its answer stands.
//!
//! A day is the last one on which something is still allowed, in the time zone of the platform. What must be there may still be given
//! after the freezing, once: otherwise nobody could hand in who began late.

use super::super::model::CallInput;
use crate::calendar::{Calendar, local_day};
use crate::{App, Refusal};
use chrono::NaiveDate;
use serde_json::{Map, Value};
use twoway_entity::calls::call;
use twoway_ids::{DAY, Millis};
use twoway_manifest::{Field, FieldError, FieldProblem};

/// Days after the end in which a returned proposal is mended: five working days fit in, also over the longest holidays.
const MENDING: Millis = 14 * DAY;

/// Days as they are written, the freezing not before the requirement. A question that is required from a day on is a required one.
pub(in crate::calls) fn check(n: usize, field: &mut Field, mut say: impl FnMut(String, FieldProblem)) {
    for (part, day) in [("required-after", &field.required_after), ("frozen-after", &field.frozen_after)] {
        let is_day = |day: &String| day.parse::<NaiveDate>().is_ok_and(|parsed| parsed.to_string() == *day);
        if day.as_ref().is_some_and(|day| !is_day(day)) {
            say(format!("form[{n}].{part}"), FieldProblem::BadDate);
        }
    }
    if let (Some(required), Some(frozen)) = (&field.required_after, &field.frozen_after)
        && frozen < required
    {
        say(format!("form[{n}].frozen-after"), FieldProblem::FrozenBeforeRequired);
    }
    field.required |= field.required_after.is_some();
}

/// The days that lie outside of the days of the call. A draft without dates has no such days yet.
pub(in crate::calls) fn within(app: &App, input: &CallInput) -> Result<(), Refusal> {
    let errors = outside(input, &Calendar { utc_offset: app.config.utc_offset_minutes, ..Calendar::default() });
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

fn outside(input: &CallInput, calendar: &Calendar) -> Vec<FieldError> {
    let day = |at: Millis| calendar.local_day(at).to_string();
    let first = input.opens_at.map(day);
    let last = input.closes_at.map(|closes| day(closes.saturating_add(MENDING)));
    let mut errors = Vec::new();
    for (n, field) in input.form.iter().enumerate() {
        for (part, day) in [("required-after", &field.required_after), ("frozen-after", &field.frozen_after)] {
            let Some(day) = day else { continue };
            if first.as_ref().is_some_and(|first| day < first) || last.as_ref().is_some_and(|last| day > last) {
                errors.push(FieldError { field: format!("form[{n}].{part}"), problem: FieldProblem::OutsideDays });
            }
        }
    }
    errors
}

/// The questions as they are asked on this day.
pub fn asked_on(mut form: Vec<Field>, today: &str) -> Vec<Field> {
    for field in &mut form {
        if let Some(day) = &field.required_after {
            field.required = today > day.as_str();
        }
    }
    form
}

/// The questions of a stored call as they are asked at this moment.
pub fn asked_at(app: &App, call: &call::Model, now: Millis) -> Result<Vec<Field>, Refusal> {
    Ok(asked_on(super::form_of(call)?, &local_day(app, now)))
}

fn is_over(field: &Field, today: &str) -> bool {
    field.frozen_after.as_deref().is_some_and(|day| today > day)
}

/// Whether this answer stands now. `field` is one of [`asked_on`].
pub fn stands(field: &Field, answer: Option<&Value>, today: &str) -> bool {
    is_over(field, today) && (answer.is_some() || !field.required)
}

/// An answer that stands is not changed, neither by itself nor by what it hangs on.
pub fn unchanged(
    form: &[Field],
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    today: &str,
) -> Result<(), Refusal> {
    let changed = form.iter().find(|field| {
        let answer = before.get(&field.key);
        answer != after.get(&field.key) && stands(field, answer, today)
    });
    match changed {
        None => Ok(()),
        Some(field) => Err(Refusal::of("answer-frozen", "M1")
            .with("question", field.title.clone().unwrap_or_default())
            .with("day", field.frozen_after.clone().unwrap_or_default())),
    }
}

/// What may be kept of half-typed answers: those that are frozen stay as they were. What is given late is given whole, by saving.
pub fn keep_frozen(form: &[Field], before: &Map<String, Value>, after: &mut Map<String, Value>, today: &str) {
    for field in form.iter().filter(|field| is_over(field, today)) {
        match before.get(&field.key) {
            Some(answer) => after.insert(field.key.clone(), answer.clone()),
            None => after.shift_remove(&field.key),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use twoway_manifest::FieldType;

    fn asked(required_after: Option<&str>, frozen_after: Option<&str>) -> Field {
        Field {
            required_after: required_after.map(str::to_string),
            frozen_after: frozen_after.map(str::to_string),
            ..Field::new("plan", FieldType::Text)
        }
    }

    fn found(field: &mut Field) -> Vec<String> {
        let mut found = Vec::new();
        check(0, field, |place, problem| found.push(format!("{place} {}", problem.code())));
        found
    }

    #[test]
    fn days_are_days_in_their_order() {
        let mut field = asked(Some("2026-12-01"), Some("2026-12-01"));
        assert_eq!(found(&mut field), Vec::<String>::new());
        assert!(field.required, "required from a day on");
        assert_eq!(found(&mut asked(Some("2026-12-1"), None)), ["form[0].required-after bad-date"]);
        assert_eq!(
            found(&mut asked(Some("2026-12-02"), Some("2026-12-01"))),
            ["form[0].frozen-after frozen-before-required"]
        );
    }

    #[test]
    fn days_lie_in_the_days_of_the_call() {
        let calendar = Calendar { utc_offset: 480, ..Calendar::default() };
        let closes = 40 * DAY;
        let input = |day: &str| CallInput {
            // 1970-01-31 in the evening is the first of February in China.
            opens_at: Some(31 * DAY - DAY / 6),
            closes_at: Some(closes),
            form: vec![asked(Some(day), None)],
            ..CallInput::default()
        };
        let wrong = |day: &str| outside(&input(day), &calendar).len();
        assert_eq!(["1970-01-31", "1970-02-01", "1970-02-24", "1970-02-25"].map(wrong), [1, 0, 0, 1]);
        let undated = CallInput { opens_at: None, closes_at: None, ..input("2050-01-01") };
        assert_eq!(outside(&undated, &calendar), Vec::new());
    }

    #[test]
    fn what_is_asked_changes_with_the_day_after() {
        let required = |today: &str| asked_on(vec![asked(Some("2026-12-01"), None)], today)[0].required;
        assert_eq!(["2026-12-01", "2026-12-02"].map(required), [false, true]);
    }

    #[test]
    fn a_given_answer_stands_and_a_missing_one_may_come() {
        let form = |today: &str| asked_on(vec![asked(Some("2026-12-01"), Some("2026-12-03"))], today);
        let answers = |text: Option<&str>| -> Map<String, Value> {
            text.map(|text| ("plan".to_string(), json!(text))).into_iter().collect()
        };
        let try_on = |today: &str, before: Option<&str>, after: Option<&str>| {
            unchanged(&form(today), &answers(before), &answers(after), today).is_ok()
        };
        assert!(try_on("2026-12-03", Some("a"), Some("b")));
        assert!(!try_on("2026-12-04", Some("a"), Some("b")));
        assert!(!try_on("2026-12-04", Some("a"), None));
        assert!(try_on("2026-12-04", Some("a"), Some("a")));
        assert!(try_on("2026-12-04", None, Some("b")), "required and still missing");
        let optional = [asked(None, Some("2026-12-03"))];
        assert!(unchanged(&optional, &answers(None), &answers(Some("b")), "2026-12-04").is_err());
        let mut typed = answers(Some("b"));
        keep_frozen(&optional, &answers(Some("a")), &mut typed, "2026-12-04");
        assert_eq!(typed, answers(Some("a")));
        keep_frozen(&optional, &answers(None), &mut typed, "2026-12-04");
        assert_eq!(typed, answers(None));
    }
}
