//! What may be an account's login, name and password.

use crate::Refusal;
use twoway_manifest::FieldProblem;

/// 3 to 64 lower-case letters, digits and `. _ - @`, beginning with a letter or digit. Case does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let login = text.trim().to_ascii_lowercase();
        let problem = if login.is_empty() {
            FieldProblem::Missing
        } else if login.len() > 64 {
            FieldProblem::TooLong { max: 64 }
        } else {
            let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
            let fits =
                login.len() >= 3 && login.starts_with(|c: char| c.is_ascii_alphanumeric()) && login.chars().all(rest);
            if fits {
                return Ok(Self(login));
            }
            return Err(Refusal::rule("login-form"));
        };
        Err(Refusal::field("login", problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name on one line of 1 to `max` characters.
pub fn parse_name(field: &str, text: &str, max: u32) -> Result<String, Refusal> {
    let name = text.trim();
    let problem = if name.is_empty() {
        FieldProblem::Missing
    } else if name.chars().count() > max as usize {
        FieldProblem::TooLong { max }
    } else if name.chars().any(char::is_control) {
        FieldProblem::WrongType
    } else {
        return Ok(name.to_string());
    };
    Err(Refusal::field(field, problem))
}

/// A password that may be set: at least 8 characters, not among those that everybody tries first, not the login.
pub struct NewPassword(String);

const SHORTEST: usize = 8;
const LONGEST: usize = 128;
const COMMON: &str = include_str!("common-passwords.txt");

impl NewPassword {
    /// `field` is where the form asks for it.
    pub fn parse(field: &str, text: &str, login: &str) -> Result<Self, Refusal> {
        let length = text.chars().count();
        if length == 0 {
            return Err(Refusal::field(field, FieldProblem::Missing));
        }
        if length < SHORTEST {
            return Err(Refusal::rule("password-short").with("min", SHORTEST));
        }
        if length > LONGEST {
            return Err(Refusal::field(field, FieldProblem::TooLong { max: LONGEST as u32 }));
        }
        let lower = text.to_lowercase();
        let one_character = text.chars().skip(1).all(|c| text.starts_with(c));
        if one_character || lower == login || COMMON.lines().any(|common| common == lower) {
            return Err(Refusal::rule("password-common"));
        }
        Ok(Self(text.to_string()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_lower_case_and_plain() {
        assert_eq!(Login::parse(" Office.Zunyi@1 ").expect("fits").as_str(), "office.zunyi@1");
        for wrong in ["", "ab", ".ab", "a b c", "志愿者", "abc\u{0}", "a/b/c", &"a".repeat(65)] {
            assert!(Login::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn easy_passwords_are_refused() {
        let code =
            |text: &str| NewPassword::parse("password", text, "zhangsan1990").err().map(|r| r.code().to_string());
        assert_eq!(code("short").as_deref(), Some("password-short"));
        for common in ["password1", "12345678", "Password", "11111111", "zhangsan1990", "ZhangSan1990", "woaini1314"] {
            assert_eq!(code(common).as_deref(), Some("password-common"), "{common}");
        }
        assert_eq!(code(&"好".repeat(129)).as_deref(), Some("invalid-input"));
        assert_eq!(code("四点半的楼梯口有灯"), None);
    }

    #[test]
    fn the_list_of_common_passwords_is_as_it_is_searched() {
        for line in COMMON.lines() {
            assert!(line.len() >= SHORTEST && line == line.to_lowercase(), "{line}");
        }
    }
}
