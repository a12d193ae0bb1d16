use super::LineCoverage;
use crate::Refusal;

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
    "收款码", "付款码", "收钱码", "赞赏码", "打款", "捐款账号", "捐款帐号", "银行账号", "银行帐号", "银行账户", "银行帐户", "银行卡号",
    "收款账", "收款帐", "开户行", "开户银行", "户名", "微信转账", "支付宝账", "支付宝帐", "支付宝转账", "wxp://", "qr.alipay.com",
    "alipays://", "paypal.me",
];

/// Refuses a text that carries a bank account or a payment code: money never passes by the platform's pages.
///
/// Errors: `account-number-in-text` (D1).
pub fn no_account_number(text: &str) -> Result<(), Refusal> {
    let plain: String = text.chars().map(to_ascii).collect::<String>().to_lowercase();
    let tight: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    if ASKS.iter().any(|word| tight.contains(word)) || has_account_number(&plain) {
        return Err(Refusal::of("account-number-in-text", "D1"));
    }
    Ok(())
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
