use super::*;
use std::io::{Read, Write};

const HOSTILE: [&str; 7] =
    ["=HYPERLINK(\"https://evil.example\",\"领奖\")", "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1", "'quoted"];

fn head() -> Head {
    Head {
        title: "征集：申报*一览".into(),
        columns: vec![
            Column::new("名称", Kind::Text),
            Column::new("金额（元）", Kind::Yuan),
            Column::new("日期", Kind::Date),
            Column::new("时间", Kind::Moment),
            Column::new("得分", Kind::Points),
        ],
        made_at: 1_795_000_000_000,
    }
}

fn written(format: Format) -> Vec<u8> {
    let mut writer = Writer::open(format, &head()).expect("a writer");
    for text in HOSTILE {
        let row = [
            Value::from(text),
            Value::Number(42_000),
            Value::Date("2027-03-01".into()),
            // 2026-11-23 08:30 in China.
            Value::Moment(1_795_393_800_000),
            Value::Points(8_605),
        ];
        writer.row(&row).expect("a row");
    }
    let mut bytes = Vec::new();
    writer.finish().expect("a file").read_to_end(&mut bytes).expect("its bytes");
    bytes
}

#[test]
fn a_hostile_text_stays_a_text_in_xlsx() {
    use calamine::{Data, Reader};
    let mut book: calamine::Xlsx<_> =
        calamine::Xlsx::new(std::io::Cursor::new(written(Format::Xlsx))).expect("a workbook");
    assert_eq!(book.sheet_names(), ["征集：申报一览"]);
    let formulas = book.worksheet_formula("征集：申报一览").expect("readable");
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "no cell is a formula");
    let range = book.worksheet_range("征集：申报一览").expect("a sheet");
    assert_eq!(range.get_value((0, 0)), Some(&Data::String("征集：申报*一览".into())));
    assert_eq!(range.get_value((1, 1)), Some(&Data::String("金额（元）".into())));
    for (row, text) in (2..).zip(HOSTILE) {
        assert_eq!(range.get_value((row, 0)), Some(&Data::String(text.into())));
        assert_eq!(range.get_value((row, 1)), Some(&Data::Float(42_000.0)));
        assert_eq!(range.get_value((row, 4)), Some(&Data::Float(86.05)));
    }
}

#[test]
fn a_hostile_text_stays_a_text_in_csv() {
    let bytes = written(Format::Csv);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("begins with the mark");
    assert!(text.starts_with("名称,金额（元）,日期,时间,得分\r\n"), "{text}");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).records().map(|r| r.expect("a row")).collect();
    for (row, text) in rows.iter().zip(HOSTILE) {
        let guarded = if text.starts_with('\'') { text.to_string() } else { format!("'{text}") };
        let wanted = [guarded.as_str(), "42000", "2027-03-01", "2026-11-23 08:30", "86.05"];
        assert_eq!(row.iter().collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn what_was_written_is_read_again() {
    for (format, name, first) in [(Format::Xlsx, "a.xlsx", 2), (Format::Csv, "a.CSV", 1)] {
        let cells = read(name, &written(format), &LIMITS).expect("readable");
        let lines = if format == Format::Xlsx {
            // The title stands above the headings.
            assert_eq!(cells.headings.cells, ["征集：申报*一览"]);
            assert_eq!(cells.lines[0].cells[0], "名称");
            &cells.lines[1..]
        } else {
            assert_eq!(cells.headings.cells[0], "名称");
            &cells.lines[..]
        };
        for (at, (line, text)) in lines.iter().zip(HOSTILE).enumerate() {
            assert_eq!(line.number as usize, at + first + 1, "{name}");
            assert_eq!(line.cells[0], text.trim(), "{name}");
            assert_eq!(line.cells[1], "42000", "{name}");
            assert_eq!(line.cells[2], "2027-03-01", "{name}");
        }
    }
}

#[test]
fn a_sheet_has_its_most_rows() {
    let mut writer = Writer::open(Format::Csv, &head()).expect("a writer");
    let row = [Value::Nothing, Value::Nothing, Value::Nothing, Value::Nothing, Value::Nothing];
    for _ in 0..MOST_ROWS {
        writer.row(&row).expect("a row");
    }
    assert_eq!(writer.row(&row).expect_err("one too many").code(), "sheet-too-long");
}

fn code(name: &str, bytes: &[u8], limits: &Limits) -> String {
    read(name, bytes, limits).expect_err("refused").code().to_string()
}

#[test]
fn what_is_too_much_or_no_sheet_is_refused() {
    let small = Limits { rows: 2, columns: 2, ..LIMITS };
    assert_eq!(code("a.xls", b"x", &LIMITS), "sheet-kind");
    assert_eq!(code("a.xlsx", b"x", &LIMITS), "sheet-unreadable");
    assert_eq!(code("a.csv", b"\xff\xfe", &LIMITS), "sheet-not-utf8");
    assert_eq!(code("a.csv", "\u{feff}\r\n,,\r\n".as_bytes(), &LIMITS), "sheet-empty");
    assert_eq!(code("a.csv", b"a,b\n1\n2\n3\n4\n5\n", &small), "sheet-too-many-rows");
    assert_eq!(code("a.csv", b"a,b,c\n", &small), "sheet-too-many-columns");
    assert_eq!(code("a.xlsx", &written(Format::Xlsx), &small), "sheet-too-many-columns");
    assert_eq!(code("a.csv", &[b'x'; 11], &Limits { bytes: 10, ..LIMITS }), "too-large");
}

/// A few kilobytes that become a hundred megabytes.
#[test]
fn a_bomb_is_not_inflated() {
    let mut archive = unzip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", unzip::write::SimpleFileOptions::default()).expect("a part");
    let zeros = vec![0; 1 << 20];
    for _ in 0..100 {
        archive.write_all(&zeros).expect("written");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    assert_eq!(code("a.xlsx", &bytes, &LIMITS), "sheet-bomb");
}

#[test]
fn cells_are_named_as_programs_show_them() {
    assert_eq!(cell(2, 7), "C7");
    assert_eq!(
        (cell(25, 1), cell(26, 1), cell(701, 1), cell(702, 1)),
        ("Z1".into(), "AA1".into(), "ZZ1".into(), "AAA1".into())
    );
}
