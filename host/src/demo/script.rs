use anyhow::Context;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A story in the order in which it happens. Times are days from the day of playing, so that the city is always of today.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What the office is called, and its first account. A script that goes on with another one's story has none.
    #[serde(default)]
    pub founding: Option<Founding>,
    /// People by the short name that `as` uses. The player registers all but the founder at the beginning.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    pub steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founding {
    /// `-60 08:00`: sixty days ago at eight.
    pub at: String,
    pub office: String,
    pub login: String,
    pub name: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub login: String,
    pub name: String,
    /// What the list of sign-ins says of them; none: they are not listed.
    #[serde(default)]
    pub part: Option<String>,
}

/// One request, or the same request for each entry of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, if the clock moves: `-40 09:30`. Timers that are due until then fire first.
    #[serde(default)]
    pub at: Option<String>,
    /// What happens, for the progress line and for the error when it does not.
    #[serde(default)]
    pub note: Option<String>,
    /// Who asks; none: a visitor.
    #[serde(default, rename = "as")]
    pub who: Option<String>,
    /// `POST /api/v1/calls`; words in braces are replaced.
    pub ask: String,
    #[serde(default)]
    pub with: Option<Value>,
    /// The version for `If-Match`.
    #[serde(default)]
    pub version: Option<Value>,
    /// The problem code that the product must answer with. None: the request must succeed.
    #[serde(default)]
    pub refused: Option<String>,
    /// Words to remember from the answer: name → JSON pointer, or an object with `at`, and perhaps `in` and `where` to choose one of
    /// a list, and `"find": "digits"` for a six-digit code inside a text.
    #[serde(default)]
    pub keep: Map<String, Value>,
    /// Words of the entries replace `{word}` in all the rest of the step.
    #[serde(default)]
    pub each: Vec<Map<String, Value>>,
}

impl Script {
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text).context("the demo script cannot be read")
    }

    /// Whom to try the city as, with their part in it.
    pub fn sign_ins(&self) -> impl Iterator<Item = (&str, &str)> {
        self.people.values().filter_map(|p| Some((p.login.as_str(), p.part.as_deref()?)))
    }
}
