use super::wordings::{blanks_of, templates};
use crate::Refusal;
use crate::blanks::{self, Piece};
use serde::{Deserialize, Serialize};
use twoway_manifest::{FieldProblem, control_character};
use utoipa::ToSchema;

/// Characters of a sentence.
const MOST: u32 = 500;

/// What the office makes of one of the platform's sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWording {
    /// In place of the platform's own sentence; empty: that one. Values stand in braces: `{title}` or `{标题}`.
    pub zh_cn: String,
    pub en: String,
    /// Mails that tell it wait until somebody of the office has looked at them.
    pub looked_at: bool,
}

impl NewWording {
    /// Errors: a sentence too long or with characters that nobody sees, `wording-braces`, `blank-unknown` for a value that the
    /// platform does not have there, [`Refusal::NotFound`] for a sentence that it does not tell.
    pub fn check(mut self, template: &str) -> Result<Self, Refusal> {
        if !templates().contains(template) {
            return Err(Refusal::NotFound);
        }
        let known = blanks_of(template);
        for (field, text) in [("zh_cn", &mut self.zh_cn), ("en", &mut self.en)] {
            *text = text.trim().to_string();
            if text.chars().count() > MOST as usize {
                return Err(Refusal::field(field, FieldProblem::TooLong { max: MOST }));
            }
            if control_character(text).is_some() || text.contains('\n') {
                return Err(Refusal::field(field, FieldProblem::ControlCharacter));
            }
            let broken = |piece: &Piece<'_>| match piece {
                Piece::Open(_) => true,
                Piece::Words(words) => words.contains(['}', '｝']),
                Piece::Blank { name, .. } => name.contains(['{', '｛']),
            };
            if blanks::pieces(text).iter().any(broken) {
                return Err(Refusal::rule("wording-braces"));
            }
            if let Some(unknown) = blanks::unknown(&known, text) {
                return Err(blanks::refusal(&known, &unknown));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(zh_cn: &str, template: &str) -> String {
        let wording = NewWording { zh_cn: zh_cn.into(), ..NewWording::default() };
        match wording.check(template) {
            Ok(wording) => wording.zh_cn,
            Err(refusal) => refusal.code().to_string(),
        }
    }

    #[test]
    fn sentences_are_checked() {
        assert_eq!(code(" 《{title}》已截止。 ", "notice-call-closed"), "《{title}》已截止。");
        assert_eq!(code("", "notice-call-closed"), "");
        assert_eq!(code("{password}", "notice-call-closed"), "blank-unknown");
        assert_eq!(code("｛标题｝已截止。", "notice-call-closed"), "｛标题｝已截止。");
        for broken in ["{title", "title}", "{title}}", "{{title}}"] {
            assert_eq!(code(broken, "notice-call-closed"), "wording-braces", "{broken}");
        }
        assert_eq!(code("一\n二", "notice-call-closed"), "invalid-input");
        assert_eq!(code(&"长".repeat(501), "notice-call-closed"), "invalid-input");
        assert_eq!(code("好", "notice-new"), "not-found");
        assert_eq!(code("好", "sign-in"), "not-found");
    }
}
