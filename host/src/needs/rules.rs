use super::LineCoverage;
use crate::Refusal;
use crate::proposals::ProposalState;
use twoway_entity::organizations::{OrganizationKind, organization};

/// Who wants to change the lines of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// Wrote the proposal, or leads its team.
    Proposer,
    /// Runs the call.
    Office,
}

/// The proposer edits until the proposal is in public notice, the office until it is in the pool; then only the coverage changes.
///
/// Errors: `needs-in-notice` (M4), `needs-frozen`.
pub fn may_edit(state: ProposalState, editor: Editor) -> Result<(), Refusal> {
    use ProposalState as S;
    match state {
        S::Draft | S::Submitted | S::Returned | S::RulingOut | S::Eligible | S::UnderReview | S::Decided => Ok(()),
        S::InNotice | S::Approved if editor == Editor::Office => Ok(()),
        S::InNotice | S::Approved => Err(Refusal::of("needs-in-notice", "M4")),
        S::Ineligible | S::Pooled | S::NotSelected | S::Converted | S::Withdrawn | S::Expired | S::Cancelled => {
            Err(Refusal::rule("needs-frozen"))
        }
    }
}

/// Who receives money is a qualified organisation that the office has checked.
///
/// Errors: `recipient-not-qualified` (D2).
pub fn qualified_recipient(recipient: Option<&organization::Model>) -> Result<(), Refusal> {
    let fit = recipient.is_some_and(|r| r.kind == OrganizationKind::Recipient && r.verified_at.is_some());
    if fit {
        return Ok(());
    }
    let name = recipient.map(|r| r.name.clone()).unwrap_or_default();
    Err(Refusal::of("recipient-not-qualified", "D2").with("name", name))
}

/// Whether a project may start: every required line has as much as it needs at least, agreed or delivered.
pub fn startable(coverage: &[LineCoverage]) -> bool {
    uncovered(coverage).next().is_none()
}

/// The required lines that do not yet have what they need at least.
pub fn uncovered(coverage: &[LineCoverage]) -> impl Iterator<Item = &LineCoverage> {
    coverage.iter().filter(|line| line.required && !line.is_covered())
}

/// Words by which people ask for money directly. Spaces inside them are looked through.
const ASKS: &[&str] = &[
    "收款码",
    "付款码",
    "收钱码",
    "赞赏码",
    "捐款账号",
    "捐款帐号",
    "银行账号",
    "银行帐号",
    "银行账户",
    "银行帐户",
    "银行卡号",
    "收款账",
    "收款帐",
    "开户行",
    "开户银行",
    "微信转账",
    "支付宝账",
    "支付宝帐",
    "支付宝转账",
    "wxp://",
    "qr.alipay.com",
    "alipays://",
    "paypal.me",
];

/// Refuses a text that carries a bank account or a payment code: money never passes by the platform's pages.
///
/// Errors: `account-number-in-text` (D1).
pub fn no_account_number(text: &str) -> Result<(), Refusal> {
    if has_account_number(&plain(text)) {
        Err(Refusal::of("account-number-in-text", "D1"))
    } else {
        no_payment_request(text)
    }
}

/// Refuses a text that asks for money directly, but lets long numbers pass: receipts have them.
///
/// Errors: `account-number-in-text` (D1).
pub fn no_payment_request(text: &str) -> Result<(), Refusal> {
    let tight: String = plain(text).chars().filter(|c| !c.is_whitespace()).collect();
    if ASKS.iter().any(|word| tight.contains(word)) { Err(Refusal::of("account-number-in-text", "D1")) } else { Ok(()) }
}

fn plain(text: &str) -> String {
    text.chars().map(to_ascii).collect::<String>().to_lowercase()
}

/// Full-width digits and signs as their plain forms.
fn to_ascii(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '–' | '—' | '‐' | '·' => '-',
        other => other,
    }
}

/// 13 to 30 digits in one run, or 15 to 30 in groups of 3 to 6 as cards print them. A phone number has 11 and a date groups of 2,
/// so that neither is taken for an account.
fn has_account_number(text: &str) -> bool {
    let mut groups: Vec<usize> = Vec::new();
    let mut run = 0;
    let mut gap = false;
    // Only the last group may be short.
    let found = |groups: &[usize]| match groups.split_last() {
        Some((last, others)) if !others.is_empty() && *last <= 6 => {
            others.iter().all(|n| (3..=6).contains(n)) && (15..=30).contains(&groups.iter().sum::<usize>())
        }
        _ => false,
    };
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            run += 1;
            gap = false;
            continue;
        }
        if run > 0 {
            if (13..=30).contains(&run) {
                return true;
            }
            groups.push(run);
            run = 0;
        }
        let joins = matches!(c, ' ' | '-') && !gap;
        gap = true;
        if !joins {
            if found(&groups) {
                return true;
            }
            groups.clear();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needs::NeedKind;
    use twoway_ids::Uuid;

    fn line(required: bool, active: i64, delivered: i64) -> LineCoverage {
        LineCoverage {
            id: Uuid::nil(),
            kind: NeedKind::Goods,
            title: "绘本".into(),
            unit: "册".into(),
            minimum: 10,
            optimum: 20,
            divisible: true,
            required,
            held: 5,
            active,
            delivered,
        }
    }

    #[test]
    fn lines_are_edited_until_the_notice_and_by_the_office_until_the_pool() {
        use ProposalState as S;
        let code = |state, editor| may_edit(state, editor).map_err(|r| r.code().to_string()).err().unwrap_or_default();
        for state in [S::Draft, S::Submitted, S::Returned, S::Eligible, S::UnderReview, S::Decided] {
            assert_eq!(code(state, Editor::Proposer), "", "{state:?}");
        }
        for state in [S::InNotice, S::Approved] {
            assert_eq!(code(state, Editor::Proposer), "needs-in-notice", "{state:?}");
            assert_eq!(code(state, Editor::Office), "", "{state:?}");
        }
        for state in [S::Pooled, S::Converted, S::Withdrawn, S::NotSelected] {
            assert_eq!(code(state, Editor::Office), "needs-frozen", "{state:?}");
        }
    }

    #[test]
    fn money_goes_to_a_verified_recipient_only() {
        let organization = |kind, verified: bool| organization::Model {
            tenant_id: Uuid::nil(),
            id: Uuid::nil(),
            parent_id: None,
            path: "/x/".into(),
            kind,
            name: "遵义某基金会".into(),
            credit_code: None,
            division_code: None,
            introduction: String::new(),
            verified_at: verified.then_some(1),
            verified_by: None,
            version: 1,
            created_at: 0,
        };
        assert!(qualified_recipient(Some(&organization(OrganizationKind::Recipient, true))).is_ok());
        let unfit = [
            Some(organization(OrganizationKind::Recipient, false)),
            Some(organization(OrganizationKind::Enterprise, true)),
            None,
        ];
        for organization in unfit {
            let refusal = qualified_recipient(organization.as_ref()).expect_err("refused");
            assert_eq!(refusal.code(), "recipient-not-qualified");
        }
    }

    #[test]
    fn only_what_is_agreed_or_delivered_lets_a_project_start() {
        assert!(startable(&[]));
        assert!(startable(&[line(true, 6, 4), line(false, 0, 0)]));
        assert!(!startable(&[line(true, 6, 3)]));
        assert_eq!(uncovered(&[line(true, 10, 0), line(true, 0, 0)]).count(), 1);
        assert_eq!(line(true, 6, 4).open(), 5);
    }

    #[test]
    fn accounts_and_payment_codes_are_found() {
        for text in [
            "6222021234567890123",
            "卡号 6222 0212 3456 7890 123",
            "账户：５２００１６７３６００００５０００８８８",
            "6222-0212-3456-7890",
            "请扫收 款 码",
            "开户行：遵义某银行",
            "https://QR.alipay.com/fkx1",
            "0851 1234 5678 9012 3456",
        ] {
            assert!(no_account_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn phones_dates_and_quantities_are_no_accounts() {
        for text in [
            "联系人 13800138000，13900139000",
            "13800138000 13900139000",
            "0851-28612345",
            "2026-11-23 至 2026-12-24",
            "2026-11-23 2026-12-24 2027-01-01",
            "每周 3 次，每次 120 分钟，共 40 人",
            "总额 1200000 元",
            "统一社会信用代码 91350100M000100Y43",
        ] {
            assert!(no_account_number(text).is_ok(), "{text}");
        }
    }
}
