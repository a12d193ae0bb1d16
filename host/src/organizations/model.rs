//! What an organisation's data must look like.

use crate::Refusal;
use crate::accounts::parse_name;
use twoway_entity::organizations::OrganizationKind;
use twoway_manifest::{FieldError, FieldProblem, is_credit_code};

/// Checked input for a new organisation.
pub(super) struct Checked {
    pub name: String,
    pub credit_code: Option<String>,
    pub division_code: Option<String>,
    pub introduction: String,
}

const LONGEST_INTRODUCTION: u32 = 2000;

/// All that is wrong is told at once.
pub(super) fn check(kind: OrganizationKind, new: &super::NewOrganization) -> Result<Checked, Refusal> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, problem: FieldProblem| errors.push(FieldError { field: field.to_string(), problem });
    let name = match parse_name("name", &new.name, 100) {
        Ok(name) => name,
        Err(Refusal::Invalid(found)) => {
            found.into_iter().for_each(|e| wrong(&e.field, e.problem));
            String::new()
        }
        Err(other) => return Err(other),
    };
    let credit_code = new.credit_code.as_deref().map(|c| c.trim().to_ascii_uppercase()).filter(|c| !c.is_empty());
    match &credit_code {
        None if needs_credit_code(kind) => wrong("credit_code", FieldProblem::Missing),
        Some(code) if !is_credit_code(code) => wrong("credit_code", FieldProblem::BadCreditCode),
        _ => {}
    }
    let division_code = new.division_code.as_deref().map(|c| c.trim().to_string()).filter(|c| !c.is_empty());
    if division_code.as_ref().is_some_and(|code| !is_division_code(code)) {
        wrong("division_code", FieldProblem::WrongType);
    }
    let introduction = new.introduction.trim().to_string();
    if introduction.chars().count() > LONGEST_INTRODUCTION as usize {
        wrong("introduction", FieldProblem::TooLong { max: LONGEST_INTRODUCTION });
    }
    if errors.is_empty() {
        crate::lint::no_account_number(&introduction)?;
        Ok(Checked { name, credit_code, division_code, introduction })
    } else {
        Err(Refusal::Invalid(errors))
    }
}

/// Who gives or receives money and goods is known by its code; a team may be a group without one.
fn needs_credit_code(kind: OrganizationKind) -> bool {
    matches!(kind, OrganizationKind::Enterprise | OrganizationKind::Recipient)
}

/// GB/T 2260: six digits; streets and communities have nine or twelve.
fn is_division_code(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit())
}
