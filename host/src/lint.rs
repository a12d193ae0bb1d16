//! What no text may hold that anybody can read: a bank account, a payment code, words that ask for money. The platform takes no money
//! and leads nobody to an account (慈善法 §22, §23, §27). There is no exemption; money goes to a qualified recipient by its own line.

use crate::Refusal;

/// Words by which people ask for money directly. Spaces and signs inside them are looked through.
const ASKS: &[&str] = &[
    "收款码",
    "付款码",
    "收钱码",
    "赞赏码",
    "收款二维码",
    "付款二维码",
    "捐款二维码",
    "捐赠二维码",
    "捐款账",
    "捐款帐",
    "捐赠账",
    "捐赠帐",
    "银行账号",
    "银行帐号",
    "银行账户",
    "银行帐户",
    "银行卡号",
    "收款账",
    "收款帐",
    "开户行",
    "开户银行",
    "开户名",
    "扫码支付",
    "扫码付款",
    "扫码捐款",
    "扫码捐赠",
    "微信转账",
    "微信支付",
    "微信收款",
    "微信红包",
    "支付宝账",
    "支付宝帐",
    "支付宝转账",
    "支付宝支付",
    "支付宝付款",
    "支付宝收款",
    "支付宝捐",
    "wxp://",
    "qr.alipay.com",
    "alipays://",
    "paypal.me",
];

/// Words in the name of a file that is a payment code.
const CODES: &[&str] =
    &["收款码", "付款码", "收钱码", "赞赏码", "收款二维码", "付款二维码", "捐款二维码", "支付宝收款", "微信收款"];

/// Refuses a text that carries a bank account, a payment code or words that ask for money, and names what was found.
///
/// Errors: `account-number-in-text` (D1).
pub fn no_account_number(text: &str) -> Result<(), Refusal> {
    refuse(found(text))
}

/// Refuses a text that asks for money directly, but lets long numbers pass: receipts have them.
///
/// Errors: `account-number-in-text` (D1).
pub fn no_payment_request(text: &str) -> Result<(), Refusal> {
    refuse(asks(&plain(text)))
}

/// Checks several texts at once. Errors: `account-number-in-text` (D1).
pub fn all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
    refuse(texts.into_iter().flat_map(found).collect())
}

/// Refuses a file whose name says that it is a payment code: pictures cannot be looked into.
///
/// Errors: `payment-code-file` (D1).
pub fn no_payment_code(name: &str) -> Result<(), Refusal> {
    let tight = tight(&plain(name));
    match CODES.iter().find(|word| tight.contains(*word)) {
        Some(word) => Err(Refusal::of("payment-code-file", "D1").with("found", *word)),
        None => Ok(()),
    }
}

/// What a text holds that it must not hold, each thing once, as it is told to its writer.
pub fn found(text: &str) -> Vec<String> {
    let text = plain(text);
    let mut found = asks(&text);
    found.extend(account_number(&text));
    found.extend(iban(&text));
    found
}

fn refuse(mut found: Vec<String>) -> Result<(), Refusal> {
    if found.is_empty() {
        return Ok(());
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|word| seen.insert(word.clone()));
    Err(Refusal::of("account-number-in-text", "D1").with("found", found))
}

fn asks(plain: &str) -> Vec<String> {
    let tight = tight(plain);
    ASKS.iter().filter(|word| tight.contains(*word)).map(ToString::to_string).collect()
}

fn tight(plain: &str) -> String {
    plain.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '*')).collect()
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

/// 13 to 30 digits in one run, or 15 to 30 in groups of 3 to 6 as cards print them, or 13 to 19 in any groups of two and more that
/// pass the check of card numbers. A phone number has 11 and a date groups of 2, so that neither is taken for an account.
fn account_number(text: &str) -> Option<String> {
    let mut groups: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut gap = false;
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            run.push(c);
            gap = false;
            continue;
        }
        if !run.is_empty() {
            if (13..=30).contains(&run.len()) {
                return Some(run);
            }
            groups.push(std::mem::take(&mut run));
        }
        let joins = matches!(c, ' ' | '-') && !gap;
        gap = true;
        if !joins {
            if is_account(&groups) {
                return Some(groups.join(" "));
            }
            groups.clear();
        }
    }
    None
}

fn is_account(groups: &[String]) -> bool {
    let Some((last, others)) = groups.split_last().filter(|(_, others)| !others.is_empty()) else { return false };
    let whole: String = groups.concat();
    // Only the last group may be short.
    let printed =
        last.len() <= 6 && others.iter().all(|g| (3..=6).contains(&g.len())) && (15..=30).contains(&whole.len());
    let begins_like_a_card = whole.starts_with(['3', '4', '5', '6']);
    let card = groups.len() <= 3 && (16..=19).contains(&whole.len()) && begins_like_a_card && passes_luhn(&whole);
    printed || card
}

/// The check digit of card numbers (ISO/IEC 7812).
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(n, digit)| match (n % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An international account number: country, two check digits, 11 to 30 more, which together pass the check of ISO 13616.
fn iban(plain: &str) -> Option<String> {
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    for begin in 0..words.len() {
        let mut whole = String::new();
        for word in words[begin..].iter().take(9) {
            whole.push_str(word);
            if whole.len() > 34 {
                break;
            }
            if whole.len() >= 15 && passes_iban(&whole) {
                return Some(whole.to_uppercase());
            }
        }
    }
    None
}

fn passes_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = bytes[..2].iter().all(u8::is_ascii_lowercase) && bytes[2..4].iter().all(u8::is_ascii_digit);
    if !begins {
        return false;
    }
    let moved = bytes[4..].iter().chain(&bytes[..4]);
    let rest = moved.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'a') + 10) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_codes_and_requests_are_found_and_named() {
        for (text, named) in [
            ("6222021234567890123", "6222021234567890123"),
            ("卡号 6222 0212 3456 7890 123", "6222 0212 3456 7890 123"),
            ("账户：５２００１６７３６００００５０００８８８", "52001673600005000888"),
            ("6222-0212-3456-7890", "6222 0212 3456 7890"),
            ("请汇 62220212 34567894", "62220212 34567894"),
            ("请扫收 款 码", "收款码"),
            ("开户行：遵义某银行", "开户行"),
            ("https://QR.alipay.com/fkx1", "qr.alipay.com"),
            ("0851 1234 5678 9012 3456", "0851 1234 5678 9012 3456"),
            ("可用支付-宝捐", "支付宝捐"),
            ("欢迎扫码捐款", "扫码捐款"),
            ("捐款帐号见海报", "捐款帐"),
            ("微信支付均可", "微信支付"),
            ("IBAN DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            ("GB82WEST12345698765432", "GB82WEST12345698765432"),
        ] {
            let found = found(text);
            assert!(found.iter().any(|word| word == named), "{text}: {found:?}");
            let refusal = no_account_number(text).expect_err(text);
            assert_eq!(refusal.code(), "account-number-in-text");
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
            "编号 SB2026-00001，版本 v1.2.3",
            "receipt is issued by the foundation, see agreement of 2026",
            "DE89 3704 0044 0532 0130 01",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn several_texts_are_told_together() {
        let refusal = all(["开户行某行", "微信支付", "开户行", "无"]).expect_err("refused");
        assert_eq!(refusal.values()["found"], serde_json::json!(["开户行", "微信支付"]));
        assert!(all(["课后看护", ""]).is_ok());
        assert!(no_payment_request("收据 6222021234567890123").is_ok(), "a receipt has a long number");
        assert!(no_payment_request("扫码付款").is_err());
    }

    #[test]
    fn a_file_that_is_a_payment_code_is_known_by_its_name() {
        for name in ["收款码.png", "队长 微信-收款 2.jpg", "捐款二维码.JPG"] {
            assert_eq!(no_payment_code(name).expect_err(name).code(), "payment-code-file");
        }
        for name in ["付款凭证.pdf", "银行回单.pdf", "活动照片.jpg"] {
            assert!(no_payment_code(name).is_ok(), "{name}");
        }
    }
}
