use super::identity::Identity;
use super::state::{ObjectionState, Outcome, Target};
use crate::Refusal;
use twoway_entity::objections::objection;
use twoway_ids::{Millis, Uuid};

/// Working days to say whether it is admissible.
pub const ADMIT_DAYS: u32 = 2;
/// Working days for each answer.
pub const ANSWER_DAYS: u32 = 5;
/// Working days by which the time for the answer is extended, once.
pub const EXTENSION_DAYS: u32 = 5;
/// Working days in which a second look can be asked for.
pub const REVIEW_DAYS: u32 = 5;
/// Working days in which the proposer may object to being found ineligible.
pub const INELIGIBLE_DAYS: u32 = 5;

/// Objections come in while the notice runs.
pub fn in_time(until: Option<Millis>, now: Millis) -> Result<(), Refusal> {
    match until {
        Some(until) if now >= until => Err(Refusal::of("objection-time-over", "M5")),
        _ => Ok(()),
    }
}

/// The time for the answer is extended once, before it is over.
pub fn extendable(row: &objection::Model, now: Millis) -> Result<(), Refusal> {
    if row.extended {
        return Err(Refusal::of("objection-extended-already", "M5"));
    }
    let late = row.due_at.is_some_and(|due| now >= due);
    if late { Err(Refusal::of("objection-extension-late", "M5")) } else { Ok(()) }
}

/// The handler answers, nobody else.
pub fn handles(handler: Option<Uuid>, account: Option<Uuid>) -> Result<(), Refusal> {
    if handler.is_some() && handler == account { Ok(()) } else { Err(Refusal::of("objection-not-handler", "V22")) }
}

/// The second answer is another person's than the first.
pub fn second_differs(row: &objection::Model, handler: Uuid) -> Result<(), Refusal> {
    if row.handler_id == Some(handler) { Err(Refusal::of("objection-second-same", "M5")) } else { Ok(()) }
}

/// A second look is asked for in time.
pub fn review_in_time(row: &objection::Model, now: Millis) -> Result<(), Refusal> {
    match row.due_at {
        Some(due) if now >= due => Err(Refusal::of("objection-review-late", "M5")),
        _ => Ok(()),
    }
}

/// What was answered, or not admitted, can be told to the public; a complaint concerns no notice and is not published.
pub fn publishable(row: &objection::Model) -> Result<(), Refusal> {
    if row.target == Target::Project {
        return Err(Refusal::of("complaint-not-public", "V22"));
    }
    let told = row.result.is_some() || row.state == ObjectionState::Inadmissible;
    if told { Ok(()) } else { Err(Refusal::of("objection-not-answered", "M5")) }
}

/// Whether the item goes back: only what was upheld does that.
pub fn goes_back(row: &objection::Model) -> bool {
    row.result == Some(Outcome::Upheld)
}

/// Whether a text tells who filed an objection: one of their names, their contact, or anybody's identity number, mobile number or
/// e-mail address.
pub fn tells_who(text: &str, identity: &Identity) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let own = [&identity.account_name, &identity.name, &identity.contact];
    let named = own.into_iter().any(|own| {
        let own: String = own.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        own.chars().count() > 1 && plain.contains(&own)
    });
    named || has_number_of_a_person(text) || has_address(&plain)
}

/// Whether a text names one of the files that came with an objection, with its ending or without: names are often those of people.
/// Names of up to three characters without their ending are everybody's words.
pub fn names_a_file(text: &str, names: &[String]) -> bool {
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let plain = squeezed(text);
    names.iter().any(|name| {
        let whole = squeezed(name);
        let bare = whole.rsplit_once('.').map_or(whole.as_str(), |(bare, _)| bare);
        plain.contains(&whole) || (bare.chars().count() > 3 && plain.contains(bare))
    })
}

/// A mobile number (11 digits from 1) or an identity number (17 digits and a digit or X), written with or without spaces and dashes.
fn has_number_of_a_person(text: &str) -> bool {
    let mut runs = vec![String::new()];
    for c in text.chars() {
        match c {
            '0'..='9' => runs.last_mut().into_iter().for_each(|run| run.push(c)),
            '０'..='９' => {
                let digit = char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or('0');
                runs.last_mut().into_iter().for_each(|run| run.push(digit));
            }
            'x' | 'X' if runs.last().is_some_and(|run| run.len() == 17) => {
                runs.last_mut().into_iter().for_each(|run| run.push('X'));
            }
            ' ' | '-' | '－' => {}
            _ => runs.push(String::new()),
        }
    }
    runs.iter().any(|run| run.len() == 18 || (run.len() == 11 && run.starts_with('1')))
}

fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        let after = text[at + 1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').next();
        before && after.is_some_and(|domain| domain.contains('.'))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::objections::state::Ground;

    pub fn objection(state: ObjectionState) -> objection::Model {
        objection::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::from_u128(7),
            call_id: None,
            organization_id: Uuid::nil(),
            path: "/a/".into(),
            target: Target::Proposal,
            target_id: Uuid::nil(),
            title: "四点半".into(),
            ground: Ground::Facts,
            statement: "场地不存在".into(),
            wish: String::new(),
            key: Vec::new(),
            objector: Vec::new(),
            objector_mark: String::new(),
            request_mark: None,
            against_id: None,
            handler_id: Some(Uuid::from_u128(1)),
            second_handler_id: None,
            due_at: Some(100),
            extended: false,
            extension_reason: None,
            dismissal: None,
            result: None,
            answer: None,
            answered_at: None,
            review_reason: None,
            second_answer: None,
            second_answered_at: None,
            public_answer: None,
            published_at: None,
            state,
            version: 1,
            created_at: 0,
        }
    }

    fn code(result: Result<(), Refusal>) -> String {
        result.map_or_else(|refusal| refusal.code().to_string(), |()| "ok".to_string())
    }

    #[test]
    fn clocks_have_their_rules() {
        assert_eq!(code(in_time(Some(100), 99)), "ok");
        assert_eq!(code(in_time(Some(100), 100)), "objection-time-over");
        assert_eq!(code(in_time(None, 100)), "ok", "a complaint has no time limit");
        let mut row = objection(ObjectionState::FactFinding);
        assert_eq!(code(extendable(&row, 99)), "ok");
        assert_eq!(code(extendable(&row, 100)), "objection-extension-late");
        row.extended = true;
        assert_eq!(code(extendable(&row, 99)), "objection-extended-already");
        assert_eq!(code(review_in_time(&row, 99)), "ok");
        assert_eq!(code(review_in_time(&row, 100)), "objection-review-late");
    }

    #[test]
    fn the_handler_answers_and_another_person_looks_again() {
        let row = objection(ObjectionState::FactFinding);
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(code(handles(row.handler_id, Some(a))), "ok");
        assert_eq!(code(handles(row.handler_id, Some(b))), "objection-not-handler");
        assert_eq!(code(handles(None, None)), "objection-not-handler");
        assert_eq!(code(second_differs(&row, b)), "ok");
        assert_eq!(code(second_differs(&row, a)), "objection-second-same");
    }

    #[test]
    fn only_what_was_answered_about_a_notice_is_published() {
        let mut row = objection(ObjectionState::FactFinding);
        assert_eq!(code(publishable(&row)), "objection-not-answered");
        row.result = Some(Outcome::Rejected);
        assert_eq!(code(publishable(&row)), "ok");
        row.target = Target::Project;
        assert_eq!(code(publishable(&row)), "complaint-not-public");
        assert_eq!(code(publishable(&objection(ObjectionState::Inadmissible))), "ok");
    }

    #[test]
    fn a_text_that_names_a_file_is_found() {
        let names = ["张三家的收据.PDF".to_string(), "照片.jpg".to_string()];
        for text in ["所附张三家的收据属实", "见 张三家的 收据.pdf", "见照片.JPG"] {
            assert!(names_a_file(text, &names), "{text}");
        }
        for text in ["经查看照片，情况属实。", "收据已核对。", ""] {
            assert!(!names_a_file(text, &names), "{text}");
        }
        assert!(!names_a_file("张三家的收据", &[]));
    }

    #[test]
    fn a_text_that_tells_who_is_found() {
        let who = Identity {
            account: Uuid::nil(),
            account_name: "市民".into(),
            name: "王小明".into(),
            contact: "wang@example.cn".into(),
        };
        for text in [
            "王小明反映的场地问题",
            "王 小 明反映",
            "来信人 Wang@Example.cn",
            "电话 139 0000 1111",
            "电话１３９００００１１１１",
            "证件 11010519491231002X",
            "证件 110105-19491231-002x",
            "联系 other@mail.example.com",
        ] {
            assert!(tells_who(text, &who), "{text}");
        }
        for text in [
            "经核实，场地协议真实有效，异议不成立。",
            "公示期为5个工作日，预算42000元，编号SB2026-00001。",
            "区号0851-12345678",
            "评分 90@100",
        ] {
            assert!(!tells_who(text, &who), "{text}");
        }
    }
}
