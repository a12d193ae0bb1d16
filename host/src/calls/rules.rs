use super::desk::settings::Kind;
use super::model::RubricLine;
use super::state::CallState;
use crate::Refusal;
use twoway_entity::calls::call;
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::{FieldError, FieldProblem};

/// Before a second person looks at it, a call says everything that proposers and reviewers must know.
pub fn complete(call: &call::Model, questions: usize, rubric: &[RubricLine]) -> Result<(), Refusal> {
    let missing: Vec<FieldError> = [
        ("summary", call.summary.is_empty()),
        ("guide", call.guide.is_empty()),
        ("form", questions == 0),
        ("rubric", rubric.is_empty()),
        ("risk_notice", call.risk_notice.is_empty()),
        ("privacy_notice", call.privacy_notice.is_empty()),
        ("contact", call.contact.is_empty()),
        ("opens_at", call.opens_at.is_none()),
        ("closes_at", call.closes_at.is_none()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(field, _)| FieldError { field: field.to_string(), problem: FieldProblem::Missing })
    .collect();
    if !missing.is_empty() {
        return Err(Refusal::Invalid(missing));
    }
    let sum: u32 = rubric.iter().map(|line| line.weight).sum();
    if sum != 100 {
        return Err(Refusal::of("rubric-not-100", "M1").with("sum", sum));
    }
    Ok(())
}

/// The dates in their order, and the end still to come.
pub fn dates(call: &call::Model, now: Millis) -> Result<(), Refusal> {
    match (call.opens_at, call.closes_at) {
        (Some(opens), Some(closes)) if closes <= opens => Err(Refusal::of("call-closes-before-it-opens", "M1")),
        (_, Some(closes)) if closes <= now => Err(Refusal::of("call-dates-passed", "M1")),
        _ => Ok(()),
    }
}

/// What the second person should know of the dates of a call that is not published yet: usual is a preview of seven days and twenty
/// days to answer (M1). An emergency waits for neither.
pub fn warnings(call: &call::Model, kind: Kind, now: Millis) -> Vec<&'static str> {
    let coming = matches!(call.state, CallState::Draft | CallState::InternalReview);
    let (true, Some(opens), Some(closes)) = (coming && kind != Kind::Emergency, call.opens_at, call.closes_at) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if opens < now + 7 * DAY {
        found.push("call-warning-preview");
    }
    if closes < opens.saturating_add(20 * DAY) {
        found.push("call-warning-open");
    }
    found
}

/// A call is only changed while it is a draft: once it is under review or published, its rules are frozen.
pub fn editable(state: CallState) -> Result<(), Refusal> {
    if state == CallState::Draft { Ok(()) } else { Err(Refusal::of("call-frozen", "M1")) }
}

/// Four eyes: whoever wrote it does not approve it.
pub fn four_eyes(author: Uuid, account: Option<Uuid>) -> Result<(), Refusal> {
    if account == Some(author) { Err(Refusal::of("four-eyes", "M1")) } else { Ok(()) }
}

/// Extended once, before the end, and only to a later end: the same for all.
pub fn extension(call: &call::Model, until: Millis, now: Millis) -> Result<(), Refusal> {
    if call.extended {
        return Err(Refusal::of("extended-already", "M1"));
    }
    match call.closes_at {
        Some(closes) if now >= closes => Err(Refusal::of("call-closed", "M1")),
        Some(closes) if until <= closes => Err(Refusal::of("extension-not-later", "M1")),
        _ => Ok(()),
    }
}

/// Proposals are taken while the call is open and its end has not come, whether or not the timer has fired yet.
pub fn takes_proposals(call: &call::Model, now: Millis) -> Result<(), Refusal> {
    let closed = call.closes_at.is_some_and(|closes| now >= closes);
    match call.state {
        CallState::Open if !closed => Ok(()),
        CallState::Draft | CallState::InternalReview | CallState::Previewed => Err(Refusal::of("call-not-open", "M1")),
        CallState::Suspended => Err(Refusal::of("call-suspended", "M1")),
        CallState::Cancelled => Err(Refusal::of("call-cancelled", "M1")),
        _ => Err(Refusal::of("call-closed", "M1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::LineKind;

    fn call() -> call::Model {
        call::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::nil(),
            organization_id: Uuid::nil(),
            path: "/a/".into(),
            title: "年度征集".into(),
            summary: "一句话".into(),
            guide: "办法".into(),
            form: serde_json::json!([]),
            rubric: serde_json::json!([]),
            ceiling: None,
            cap: 1,
            risk_notice: "风险".into(),
            privacy_notice: "隐私".into(),
            contact: "电话".into(),
            preview_at: None,
            opens_at: Some(1_000),
            closes_at: Some(2_000),
            notice_days: 5,
            notice_started_at: None,
            notice_ends_at: None,
            min_reviews: 3,
            author_id: Uuid::nil(),
            approved_by: None,
            extended: false,
            suspended_at: None,
            reason: None,
            state: CallState::Draft,
            version: 1,
            created_at: 0,
        }
    }

    fn line(weight: u32) -> RubricLine {
        RubricLine { key: "need".into(), title: "需求".into(), help: None, weight, kind: LineKind::Score, cap: None }
    }

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.code().to_string(), |()| "ok".to_string())
    }

    #[test]
    fn each_missing_part_is_named() {
        assert_eq!(code(complete(&call(), 1, &[line(100)])), "ok");
        type Lose = fn(&mut call::Model);
        let losses: [(&str, Lose); 7] = [
            ("summary", |c| c.summary.clear()),
            ("guide", |c| c.guide.clear()),
            ("risk_notice", |c| c.risk_notice.clear()),
            ("privacy_notice", |c| c.privacy_notice.clear()),
            ("contact", |c| c.contact.clear()),
            ("opens_at", |c| c.opens_at = None),
            ("closes_at", |c| c.closes_at = None),
        ];
        for (field, lose) in losses {
            let mut call = call();
            lose(&mut call);
            let Err(Refusal::Invalid(errors)) = complete(&call, 1, &[line(100)]) else {
                panic!("{field} is not asked for")
            };
            assert_eq!(errors, [FieldError { field: field.into(), problem: FieldProblem::Missing }]);
        }
        assert_eq!(code(complete(&call(), 0, &[line(100)])), "invalid-input");
        assert_eq!(code(complete(&call(), 1, &[])), "invalid-input");
        assert_eq!(code(complete(&call(), 1, &[line(60), line(39)])), "rubric-not-100");
    }

    #[test]
    fn dates_run_forward() {
        let mut call = call();
        assert_eq!(code(dates(&call, 500)), "ok");
        assert_eq!(code(dates(&call, 2_000)), "call-dates-passed");
        call.closes_at = Some(1_000);
        assert_eq!(code(dates(&call, 500)), "call-closes-before-it-opens");
    }

    #[test]
    fn short_dates_are_told_but_not_of_an_emergency() {
        let mut call = call();
        (call.opens_at, call.closes_at) = (Some(7 * DAY), Some(27 * DAY));
        assert_eq!(warnings(&call, Kind::Annual, 0), Vec::<&str>::new());
        assert_eq!(warnings(&call, Kind::Annual, 1), ["call-warning-preview"]);
        call.closes_at = Some(27 * DAY - 1);
        assert_eq!(warnings(&call, Kind::Competition, 1), ["call-warning-preview", "call-warning-open"]);
        assert_eq!(warnings(&call, Kind::Emergency, 1), Vec::<&str>::new());
        call.state = CallState::Previewed;
        assert_eq!(warnings(&call, Kind::Annual, 1), Vec::<&str>::new());
    }

    #[test]
    fn only_drafts_change_and_only_others_approve() {
        assert_eq!(code(editable(CallState::Draft)), "ok");
        assert_eq!(code(editable(CallState::Open)), "call-frozen");
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(code(four_eyes(a, Some(b))), "ok");
        assert_eq!(code(four_eyes(a, Some(a))), "four-eyes");
    }

    #[test]
    fn an_extension_is_once_later_and_in_time() {
        let mut call = call();
        assert_eq!(code(extension(&call, 3_000, 1_500)), "ok");
        assert_eq!(code(extension(&call, 2_000, 1_500)), "extension-not-later");
        assert_eq!(code(extension(&call, 3_000, 2_000)), "call-closed");
        call.extended = true;
        assert_eq!(code(extension(&call, 3_000, 1_500)), "extended-already");
    }

    #[test]
    fn a_late_proposal_is_refused_even_before_the_timer() {
        let mut call = call();
        assert_eq!(code(takes_proposals(&call, 1_500)), "call-not-open");
        call.state = CallState::Open;
        assert_eq!(code(takes_proposals(&call, 1_999)), "ok");
        assert_eq!(code(takes_proposals(&call, 2_000)), "call-closed");
        call.state = CallState::Screening;
        assert_eq!(code(takes_proposals(&call, 1_500)), "call-closed");
        call.state = CallState::Suspended;
        assert_eq!(code(takes_proposals(&call, 1_500)), "call-suspended");
        call.state = CallState::Cancelled;
        assert_eq!(code(takes_proposals(&call, 1_500)), "call-cancelled");
    }
}
