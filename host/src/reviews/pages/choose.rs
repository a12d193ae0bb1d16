//! Choosing proposals on the page of the deliberation.

use super::several::address;
use crate::Refusal;
use crate::http::components::Markup;
use crate::http::form_view::{Control, FormField, OptionView};
use crate::http::page::Shell;
use crate::http::{Form, Paging};
use crate::reviews::deliberation::several::{Choice, MOST};
use askama::Template;
use twoway_ids::Uuid;

/// Where rows are chosen on the page of the deliberation: the boxes in its table belong to this form.
#[derive(Template)]
#[template(path = "reviews/choose.html")]
struct ChooseHtml<'a> {
    shell: &'a Shell,
    name: &'static str,
    action: String,
    which: FormField,
    first: FormField,
    /// Which page of the ranking this is.
    here: Vec<(&'static str, String)>,
}

/// The name of that form.
pub(super) const CHOOSE: &str = "choose";

pub(super) fn choose(shell: &Shell, call: Uuid, paging: &Paging, on_page: usize, undecided: u64) -> Markup {
    let mut which = FormField::plain("which", shell.t("several-which"), Control::Radios);
    let option = |value: &str, label: String| OptionView { value: value.into(), label, selected: value == "marked" };
    which.options = vec![
        option("marked", shell.t("several-marked")),
        option("page", shell.t1("several-page", "n", on_page)),
        option("first", shell.t("several-first")),
    ];
    if undecided > 0 {
        let n = undecided.min(MOST as u64);
        which.options.push(option("undecided", shell.t1("several-undecided", "n", n)));
    }
    let mut first = FormField::plain("n", shell.t("several-n"), Control::Number);
    first.help = Some(shell.t1("several-n-help", "most", MOST));
    (first.min, first.max) = (Some(1), i64::try_from(MOST).ok());
    first.show_if = Some(("which".into(), "first".into()));
    let here = [("cursor", paging.cursor.clone()), ("limit", paging.limit.map(|n| n.to_string()))];
    Markup::of(&ChooseHtml {
        shell,
        name: CHOOSE,
        action: address(call),
        which,
        first,
        here: here.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
    })
}

/// What the address says was chosen.
pub(super) fn choice(pairs: Vec<(String, String)>) -> Result<Choice, Refusal> {
    let form = Form(pairs);
    let number = |name: &str| form.text(name).parse::<u64>().ok();
    Ok(match form.text("which") {
        "page" => {
            let cursor = Some(form.text("cursor").to_string()).filter(|cursor| !cursor.is_empty());
            Choice::Page(Paging { cursor, limit: number("limit") })
        }
        "first" => Choice::First(number("n").unwrap_or(0)),
        "undecided" => Choice::Undecided,
        _ => {
            let marked = form.0.iter().filter(|(name, _)| name == "proposal");
            Choice::Marked(marked.filter_map(|(_, id)| Uuid::parse_str(id).ok()).collect())
        }
    })
}
