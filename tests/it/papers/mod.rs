//! Files that leave the house and files that come in.

mod exports;
mod imports;
mod pdf;

use calamine::{Data, Reader};
use reqwest::Method;
use reqwest::header::HeaderMap;
use twoway_tests::{Actor, TestApp};

/// A file as somebody gets it.
pub(super) struct File {
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl File {
    /// The name under which a browser keeps it.
    pub fn name(&self) -> String {
        let header = self.headers["content-disposition"].to_str().expect("text");
        let encoded = header.split("filename*=UTF-8''").nth(1).expect("a name");
        let mut bytes = Vec::new();
        let mut rest = encoded.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let hex: Vec<u8> = rest.by_ref().take(2).collect();
                    u8::from_str_radix(std::str::from_utf8(&hex).expect("hex"), 16).expect("hex")
                }
                plain => plain,
            });
        }
        String::from_utf8(bytes).expect("UTF-8")
    }
}

pub(super) async fn file(actor: &Actor, path: &str) -> File {
    let response = actor.request(Method::GET, path).await.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body").to_vec();
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&bytes));
    File { headers, bytes }
}

/// The rows of a CSV file, its headings first.
pub(super) async fn csv(actor: &Actor, path: &str) -> Vec<Vec<String>> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let file = file(actor, &format!("{path}{joint}format=csv")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let text = String::from_utf8(file.bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_string).collect()).collect()
}

/// The rows of the first sheet of an .xlsx, its title and headings first.
pub(super) async fn xlsx(actor: &Actor, path: &str) -> Vec<Vec<Data>> {
    let file = file(actor, path).await;
    assert!(file.name().ends_with(".xlsx"), "{}", file.name());
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(file.bytes)).expect("a workbook");
    let sheet = book.sheet_names()[0].clone();
    let formulas = book.worksheet_formula(&sheet).expect("readable");
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{path} has formulas");
    let rows = book.worksheet_range(&sheet).expect("a sheet");
    rows.rows().map(<[Data]>::to_vec).collect()
}

/// How many questions the database is asked for this.
pub(super) async fn queries(app: &TestApp, actor: &Actor, path: &str) -> u64 {
    file(actor, path).await;
    let before = app.app.db.queries_run();
    file(actor, path).await;
    app.app.db.queries_run() - before
}
