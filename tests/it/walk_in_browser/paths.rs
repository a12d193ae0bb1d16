//! Everybody follows every link from the front page on, by HTTP. Which page belongs to which route comes from the route table.

use super::city::Person;
use super::markup::Reading;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use twoway::http::Route;

/// So many addresses of one route are asked as one person …
const ASKED: usize = 40;
/// … and so many of their answers are read to their end. The other answers must only be there.
const READ: usize = 12;

/// The reference of the API says words of machines to those who write for machines.
pub const REFERENCE: &str = "/api/docs";

/// The pages of one route that one kind of person came to.
pub type Pages = BTreeMap<(&'static str, &'static str), Vec<Visit>>;

#[derive(Clone)]
pub struct Visit {
    pub path: String,
    /// Which of the people.
    pub person: usize,
}

/// The route that answers this address: of those that fit, the one with the fewest variables.
pub fn route_of(table: &[Route], address: &str) -> Option<&'static str> {
    let path = address.split('?').next().unwrap_or_default();
    let fits = |pattern: &str| {
        let mut pair = pattern.split('/').zip(path.split('/'));
        pattern.split('/').count() == path.split('/').count() && pair.all(|(p, s)| p == s || p.starts_with('{'))
    };
    let fitting = table.iter().map(|route| route.path).filter(|pattern| fits(pattern));
    fitting.min_by_key(|pattern| pattern.matches('{').count())
}

/// Walks as this person, notes what is wrong with the pages and their links, and which pages there are.
pub async fn walk(table: &[Route], at: usize, person: &Person, pages: &mut Pages, wrong: &mut Vec<String>) {
    let mut open: VecDeque<(String, String)> = VecDeque::from([("/".to_string(), "the address bar".to_string())]);
    let mut seen: HashSet<String> = HashSet::from(["/".to_string()]);
    let mut asked: HashMap<&str, usize> = HashMap::new();
    while let Some((address, from)) = open.pop_front() {
        if address.starts_with("/static/") {
            continue;
        }
        let mut note = |what: String| wrong.push(format!("{} on {from}: {address} {what}", person.login));
        let Some(route) = route_of(table, &address) else {
            note("is no page".to_string());
            continue;
        };
        let count = asked.entry(route).or_default();
        *count += 1;
        if *count > ASKED {
            continue;
        }
        let answer = person.pages.get(&address).await;
        let html = answer.body.as_str().unwrap_or_default();
        match answer.status {
            200 if html.contains("<main") => {
                let visits = pages.entry((route, person.kind)).or_default();
                if *count > READ {
                    continue;
                }
                visits.push(Visit { path: address.clone(), person: at });
                let reading = Reading::of(html);
                if route != REFERENCE {
                    reading.blunders(false).into_iter().for_each(&mut note);
                }
                for link in reading.links {
                    if seen.insert(link.clone()) {
                        open.push_back((link, address.clone()));
                    }
                }
            }
            200 => {}
            302 | 303 | 307 => {
                let location = answer.headers.get("location").and_then(|l| l.to_str().ok()).unwrap_or_default();
                let location = location.to_string();
                // Who is not signed in may be shown what one does after signing in.
                if seen.insert(location.clone()) {
                    open.push_back((location, address.clone()));
                }
            }
            status => note(format!("answers {status}")),
        }
    }
}
