//! What a page says, read from its HTML as it was sent: words, links, and what no reader should meet.

/// A page as a reader without eyes and without script takes it.
pub struct Reading {
    pub title: String,
    pub headings: usize,
    /// Where its links lead on this site, with their query and without their fragment.
    pub links: Vec<String>,
    texts: Vec<String>,
}

impl Reading {
    /// Reads HTML that the product's own templates made. What stands in `code` and `pre` is quoted, not said.
    pub fn of(html: &str) -> Self {
        let mut reading = Self { title: String::new(), headings: 0, links: Vec::new(), texts: Vec::new() };
        let mut rest = html;
        let mut silent: Option<&str> = None;
        while let Some(open) = rest.find('<') {
            reading.hear(&rest[..open], silent);
            let Some(close) = rest[open..].find('>').map(|at| open + at) else { break };
            let tag = &rest[open + 1..close];
            rest = &rest[close + 1..];
            let name =
                tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            match (silent, tag.starts_with('/')) {
                (Some(inside), true) if inside == name => silent = None,
                (None, false) => {
                    silent = ["script", "style", "code", "pre", "textarea", "title"].into_iter().find(|s| *s == name);
                    reading.headings += usize::from(name == "h1");
                    reading.links.extend(href(tag).filter(|_| name == "a"));
                }
                _ => {}
            }
        }
        reading
    }

    fn hear(&mut self, text: &str, silent: Option<&str>) {
        let text = plain(text.trim());
        match silent {
            _ if text.is_empty() => {}
            Some("title") => self.title = text,
            Some(_) => {}
            None => self.texts.push(text),
        }
    }

    /// Words that are for machines, and what else a page never says.
    pub fn blunders(&self, english: bool) -> Vec<String> {
        let mut found = Vec::new();
        if self.title.trim().is_empty() {
            found.push("no title".to_string());
        }
        if self.headings != 1 {
            found.push(format!("{} headings of the first rank", self.headings));
        }
        for text in &self.texts {
            let raw = ["{$", "{ $", "Some(", "Ok(", "Err(", "undefined", "NaN"].iter().any(|raw| text.contains(raw));
            if raw || text == "None" || text == "null" || is_key(text, english) || has_bare_date(text) {
                found.push(format!("says “{}”", text.chars().take(80).collect::<String>()));
            }
        }
        found
    }
}

/// A message's key: all of the text, or a word in it, in small letters with hyphens or low lines. English text joins words by
/// hyphens, Chinese text does not.
fn is_key(text: &str, english: bool) -> bool {
    let text = &without_places(text);
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/' | ':');
    text.split(|c: char| !part(c)).any(|word| {
        let small = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
        let parts = word.split(['-', '_']).filter(|p| p.starts_with(|c: char| c.is_ascii_lowercase())).count();
        small && (parts > 1 && (word == text || word.contains('_') || !english))
    })
}

/// Without the places of a template, `[[notice-days]]` and `{sponsor_code}`: whoever writes one types them back as they stand.
fn without_places(text: &str) -> String {
    let mut out = text.to_string();
    for (open, close) in [("[[", "]]"), ("{", "}")] {
        let mut kept = String::new();
        let mut rest = out.as_str();
        while let Some((before, after)) = rest.split_once(open) {
            let Some((_, behind)) = after.split_once(close) else { break };
            kept.push_str(before);
            rest = behind;
        }
        kept.push_str(rest);
        out = kept;
    }
    out
}

/// `2026-11-23` where people write `2026年11月23日`. Numbers that begin with a date go on behind it.
fn has_bare_date(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != '-').any(|word| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        parts == [4, 2, 2]
    })
}

/// The address in a tag, if it lies on this site.
fn href(tag: &str) -> Option<String> {
    let (_, from) = tag.split_once("href=\"")?;
    let address = plain(from.split('"').next()?);
    let address = address.split('#').next().unwrap_or_default().to_string();
    (address.starts_with('/') && !address.starts_with("//")).then_some(address)
}

/// Without the escapes of HTML.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let known = match &rest[..end] {
            "&amp" => Some('&'),
            "&lt" => Some('<'),
            "&gt" => Some('>'),
            "&quot" => Some('"'),
            number => number.strip_prefix("&#").and_then(|n| n.parse().ok()).and_then(char::from_u32),
        };
        match known {
            Some(c) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[test]
fn what_no_reader_should_meet_is_found() {
    let page = |body: &str| Reading::of(&format!("<title>页</title><h1>页</h1><p>{body}</p>")).blunders(false);
    for wrong in ["event-call-approve", "状态 absent_unexplained", "于 2026-11-23 前", "Some(3)", "{ $n } 天", "None"]
    {
        assert_eq!(page(wrong).len(), 1, "{wrong}");
    }
    for right in [
        "2026-11-23-0001",
        "0851-28000000",
        "wang@example.com",
        "四点半学校",
        "<code>call-closed</code>",
        "gzip",
        "写 [[notice-days]] 或 {sponsor_code}",
    ] {
        assert_eq!(page(right), Vec::<String>::new(), "{right}");
    }
    assert_eq!(Reading::of("<p>无题</p>").blunders(false).len(), 2);
    let linked =
        Reading::of("<a class=\"x\" href=\"/a?b=1&#38;c=2#d\">一</a><a href=\"//evil\">二</a><link href=\"/e\">");
    assert_eq!(linked.links, ["/a?b=1&c=2"]);
}
