use super::fonts::{Fonts, MISSING};
use super::layout::{Mark, pages};
use super::lines::broken;
use super::*;

const SIZE: f32 = 10.0;

fn lines(text: &str, characters: f32) -> Vec<String> {
    broken(&mut Fonts::default().open(), text, SIZE, characters * SIZE, 0.0)
}

#[test]
fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
    assert_eq!(lines("放学后有人接，有书读。", 5.0), ["放学后有人", "接，有书", "读。"]);
    assert_eq!(lines("名称（遵义）市", 4.0), ["名称（遵", "义）市"]);
    let text = "申报人应当（一）如实填写；（二）“真实、准确”地说明《项目》——包括预算、场地与人员……否则不予受理！";
    for width in 4..30 {
        for line in lines(text, width as f32) {
            assert!(!line.starts_with(['，', '。', '、', '；', '）', '”', '》', '！']), "{width}: {line}");
            assert!(!line.ends_with(['（', '“', '《']), "{width}: {line}");
        }
        assert_eq!(lines(text, width as f32).concat(), text, "nothing is lost");
    }
}

#[test]
fn words_and_numbers_stay_whole_and_what_is_longer_than_a_line_is_cut() {
    assert_eq!(lines("共 12,000 元用于 the library", 6.0), ["共 12,000 元", "用于 the", "library"]);
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let cut = lines(hash, 20.0);
    assert!(cut.len() > 1 && cut.concat() == hash, "{cut:?}");
    assert_eq!(lines("", 5.0), [""]);
    assert_eq!(lines("一\n\n二", 5.0), ["一", "", "二"]);
}

#[test]
fn a_character_without_a_font_is_marked_and_named() {
    let mut book = Fonts::default().open();
    let marked = book.glyph('\u{1F600}');
    assert_eq!(marked, book.glyph(MISSING));
    assert_eq!(book.lacking().collect::<Vec<_>>(), ['\u{1F600}']);
    // Names of the city's counties, and of people that older lists of characters lack.
    for character in "遵义凤冈湄潭余庆习水赤水仁怀桐梓绥阳正安道真务川播州汇川红花岗新蒲仡佬昇堃喆犇淼焱鑫垚赟".chars()
    {
        assert_ne!(book.glyph(character).id, marked.id, "{character}");
    }
    let mut without = Fonts::new(&["/nowhere/font.ttc".into()]).open();
    without.glyph('\u{1F600}');
    assert_eq!(without.lacking().count(), 1, "a file that is not there is no reason to fail");
}

fn long_table(rows: usize) -> Document {
    let columns = vec![Column::new("序号", 10).numeric(), Column::new("内容", 90)];
    let rows = (1..=rows).map(|n| vec![n.to_string(), "放学后到家长下班前，由志愿者看护。".into()]).collect();
    Document::new("表", Locale::ZhCn, 0).block(Block::Title("表".into())).block(Block::Table(Table { columns, rows }))
}

fn texts(page: &[Mark]) -> Vec<&str> {
    page.iter().filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn a_table_goes_over_pages_with_its_heads() {
    let document = long_table(80);
    let laid = pages(&document, &mut Fonts::default().open());
    assert!(laid.len() > 1, "{}", laid.len());
    let mut numbers = Vec::new();
    for (at, page) in laid.iter().enumerate() {
        let texts = texts(page);
        assert_eq!(texts.iter().filter(|text| **text == "内容").count(), 1, "page {at}");
        assert!(texts.contains(&format!("第 {} 页，共 {} 页", at + 1, laid.len()).as_str()), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains(&document.hash())), "{texts:?}");
        numbers.extend(texts.iter().filter_map(|text| text.parse::<usize>().ok()));
        let inside = |mark: &Mark| match mark {
            Mark::Text { x, y, .. } => (60.0..540.0).contains(x) && (60.0..810.0).contains(y),
            _ => true,
        };
        assert!(page.iter().all(inside), "page {at}");
    }
    assert_eq!(numbers, (1..=80).collect::<Vec<_>>(), "each row once, in order");
}

#[test]
fn a_row_longer_than_a_page_is_cut_and_loses_nothing() {
    let long = "很长的说明。".repeat(1_600);
    let columns = vec![Column::new("内容", 1)];
    let table = Table { columns, rows: vec![vec![long.clone()], vec!["末行".into()]] };
    let document = Document::new("表", Locale::ZhCn, 0).block(Block::Table(table));
    let laid = pages(&document, &mut Fonts::default().open());
    let of_it = |text: &&str| text.chars().all(|character| "很长的说明。".contains(character));
    let said: String = laid.iter().flat_map(|page| texts(page)).filter(of_it).collect();
    assert_eq!(said.chars().count(), long.chars().count());
    assert!(laid.len() > 2 && texts(&laid[laid.len() - 1]).contains(&"末行"));
}
