//! Reads the text of a PDF as a program would copy it: by the map from glyphs to characters that each font carries. It knows as much of
//! the format as the host writes.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// What a PDF says.
#[derive(Debug)]
pub struct Paper {
    /// The lines of each page in the order in which they are drawn.
    pub pages: Vec<Vec<String>>,
    /// The whole file as far as it is text: titles and languages stand there.
    pub raw: String,
}

impl Paper {
    /// All text without the breaks of lines and pages.
    pub fn text(&self) -> String {
        self.pages.iter().flatten().map(String::as_str).collect()
    }

    /// Whether it says this, wherever its lines break.
    pub fn says(&self, words: &str) -> bool {
        let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        tight(&self.text()).contains(&tight(words))
    }
}

struct Object<'a> {
    head: String,
    stream: Option<&'a [u8]>,
}

/// Reads a file. Panics where it is none: a test that meets that has found something.
pub fn read(bytes: &[u8]) -> Paper {
    assert!(bytes.starts_with(b"%PDF-"), "no PDF: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(200)]));
    let objects = objects(bytes);
    let mut pages = Vec::new();
    for id in page_ids(&objects) {
        let page = &objects[&id];
        let mut resources = page.head.clone();
        if let Some(more) = reference(&page.head, "/Resources").and_then(|id| objects.get(&id)) {
            resources.push_str(&more.head);
        }
        let fonts = fonts(&resources, &objects);
        let content = reference(&page.head, "/Contents").map(|id| inflated(&objects[&id])).unwrap_or_default();
        pages.push(lines(&content, &fonts));
    }
    Paper { pages, raw: String::from_utf8_lossy(bytes).into_owned() }
}

fn objects(bytes: &[u8]) -> BTreeMap<usize, Object<'_>> {
    let mut found = BTreeMap::new();
    let mut at = 0;
    while let Some(begin) = find(bytes, b" 0 obj\n", at) {
        let digits = bytes[..begin].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let id = std::str::from_utf8(&bytes[begin - digits..begin]).expect("digits").parse().expect("a number");
        let body = begin + 7;
        let end = find(bytes, b"endobj", body).expect("an end");
        let stream = find(bytes, b"stream\n", body).filter(|stream| *stream < end);
        let head = spaced(&String::from_utf8_lossy(&bytes[body..stream.unwrap_or(end)]));
        let (stream, end) = match stream {
            Some(stream) => {
                let length = number(&head, "/Length").expect("a length");
                (
                    Some(&bytes[stream + 7..stream + 7 + length]),
                    find(bytes, b"endobj", stream + 7 + length).expect("an end"),
                )
            }
            None => (None, end),
        };
        found.insert(id, Object { head, stream });
        at = end;
    }
    found
}

/// With a space between all words, which the format does not ask for.
fn spaced(head: &str) -> String {
    let marks = [("<<", " << "), (">>", " >> "), ("[", " [ "), ("]", " ] "), ("/", " /")];
    marks.into_iter().fold(head.to_string(), |head, (mark, spaced)| head.replace(mark, spaced))
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(what.len()).position(|window| window == what).map(|at| at + from)
}

/// The words behind a key.
fn behind<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.match_indices(key).map(|(at, _)| &text[at + key.len()..]).find(|rest| !rest.starts_with(char::is_alphanumeric))
}

fn number(text: &str, key: &str) -> Option<usize> {
    let digits: String = behind(text, key)?.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn reference(text: &str, key: &str) -> Option<usize> {
    let mut words = behind(text, key)?.split_whitespace().filter(|word| *word != "[");
    let id = words.next()?.parse().ok()?;
    (words.next()? == "0").then_some(id)
}

fn page_ids(objects: &BTreeMap<usize, Object<'_>>) -> Vec<usize> {
    let tree = objects.values().find(|o| o.head.contains("/Type /Pages")).expect("a tree of pages");
    let kids = behind(&tree.head, "/Kids").expect("pages").trim_start().trim_start_matches('[');
    let kids = kids.split(']').next().unwrap_or_default();
    kids.split_whitespace().collect::<Vec<_>>().chunks(3).map(|id| id[0].parse().expect("an id")).collect()
}

fn inflated(object: &Object<'_>) -> Vec<u8> {
    let stream = object.stream.expect("a stream");
    if !object.head.contains("/FlateDecode") {
        return stream.to_vec();
    }
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(stream).read_to_end(&mut out).expect("inflates");
    out
}

type Characters = HashMap<u16, String>;

/// The fonts of a page by the names that its content calls them.
fn fonts(resources: &str, objects: &BTreeMap<usize, Object<'_>>) -> HashMap<String, Characters> {
    let Some(list) = behind(resources, "/Font") else { return HashMap::new() };
    let list = list.split("<<").nth(1).and_then(|rest| rest.split(">>").next()).unwrap_or_default();
    let words: Vec<&str> = list.split_whitespace().collect();
    let one = |entry: &[&str]| {
        let font = &objects[&entry[1].parse::<usize>().expect("an id")];
        let map = reference(&font.head, "/ToUnicode").expect("a font whose text can be copied");
        (entry[0].trim_start_matches('/').to_string(), characters(&String::from_utf8_lossy(&inflated(&objects[&map]))))
    };
    words.chunks(4).map(one).collect()
}

fn characters(map: &str) -> Characters {
    let mut found = HashMap::new();
    let code = |hex: &str| u16::from_str_radix(hex.trim_matches(['<', '>']), 16).expect("a code");
    let text = |hex: &str| {
        let hex = hex.trim_matches(['<', '>']).as_bytes();
        let units = hex.chunks(4).map(|unit| code(std::str::from_utf8(unit).expect("hex"))).collect::<Vec<_>>();
        String::from_utf16(&units).expect("characters")
    };
    let parts = |begin: &str, end: &str| -> Vec<Vec<String>> {
        let blocks = map.split(begin).skip(1).filter_map(|rest| rest.split(end).next());
        let rows = blocks.flat_map(str::lines).map(|line| line.split_whitespace().map(str::to_string).collect());
        rows.filter(|row: &Vec<String>| !row.is_empty()).collect()
    };
    for row in parts("beginbfchar", "endbfchar") {
        found.insert(code(&row[0]), text(&row[1]));
    }
    for row in parts("beginbfrange", "endbfrange") {
        let first = u32::from(text(&row[2]).chars().next().expect("a character"));
        for (code, character) in (code(&row[0])..=code(&row[1])).zip(first..) {
            found.insert(code, char::from_u32(character).expect("a character").to_string());
        }
    }
    found
}

/// One line for each block of text.
fn lines(content: &[u8], fonts: &HashMap<String, Characters>) -> Vec<String> {
    let (mut lines, mut line, mut words) = (Vec::new(), String::new(), Vec::<String>::new());
    let (mut font, mut at) = (None, 0);
    // Where a glyph stands for another character than its font says, the text beside it counts.
    let mut instead: Option<String> = None;
    while at < content.len() {
        match content[at] {
            b'(' => {
                let (text, next) = literal(content, at + 1);
                if instead.is_none() {
                    line.push_str(&decoded(&text, font));
                }
                at = next;
            }
            b'<' if content.get(at + 1) == Some(&b'<') => {
                let end = find(content, b">>", at).expect("an end");
                instead = replacement(&String::from_utf8_lossy(&content[at..end + 1]));
                at = end + 2;
            }
            b'<' => {
                let end = find(content, b">", at).expect("an end");
                let hex = std::str::from_utf8(&content[at + 1..end]).expect("hex");
                let bytes: Vec<u8> =
                    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).expect("hex")).collect();
                if instead.is_none() {
                    line.push_str(&decoded(&bytes, font));
                }
                at = end + 1;
            }
            byte if byte.is_ascii_whitespace() || b"[]<>".contains(&byte) => at += 1,
            _ => {
                let end = (at + 1..content.len())
                    .find(|n| content[*n].is_ascii_whitespace() || b"()[]<>/".contains(&content[*n]))
                    .unwrap_or(content.len());
                let word = String::from_utf8_lossy(&content[at..end]).into_owned();
                match word.as_str() {
                    "Tf" => font = words.iter().rev().nth(1).and_then(|name| fonts.get(name.trim_start_matches('/'))),
                    "EMC" => line.push_str(&instead.take().unwrap_or_default()),
                    "ET" => lines.push(std::mem::take(&mut line)),
                    _ => {}
                }
                words.push(word);
                at = end;
            }
        }
    }
    lines
}

/// The text in the place of glyphs, if a mark names one.
fn replacement(mark: &str) -> Option<String> {
    let hex = behind(mark, "/ActualText")?.trim_start().strip_prefix("<FEFF")?.split('>').next()?;
    let units = hex.as_bytes().chunks(4).map(|unit| {
        let unit = std::str::from_utf8(unit).expect("hex");
        u16::from_str_radix(unit, 16).expect("a code")
    });
    Some(String::from_utf16(&units.collect::<Vec<_>>()).expect("characters"))
}

fn decoded(bytes: &[u8], font: Option<&Characters>) -> String {
    let font = font.expect("a font");
    let codes = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    codes.map(|code| font.get(&code).cloned().unwrap_or_else(|| "\u{FFFD}".into())).collect()
}

/// A string in round brackets, and where it ends.
fn literal(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let (mut text, mut depth) = (Vec::new(), 1);
    loop {
        match content[at] {
            b'\\' => {
                at += 1;
                match content[at] {
                    b'n' => text.push(b'\n'),
                    b'r' => text.push(b'\r'),
                    b't' => text.push(b'\t'),
                    b'b' => text.push(8),
                    b'f' => text.push(12),
                    b'0'..=b'7' => {
                        let octal = content[at..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b));
                        let digits = octal.clone().count();
                        text.push(octal.fold(0_u32, |n, b| n * 8 + u32::from(b - b'0')) as u8);
                        at += digits - 1;
                    }
                    other => text.push(other),
                }
            }
            b'(' => {
                depth += 1;
                text.push(b'(');
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return (text, at + 1);
                }
                text.push(b')');
            }
            other => text.push(other),
        }
        at += 1;
    }
}
