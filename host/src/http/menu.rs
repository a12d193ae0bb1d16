//! The links of the header, in a row and in the folded menu of narrow screens.

use super::page::{NavItem, Shell};
use askama::Template;

#[derive(Template)]
#[template(path = "components/nav.html")]
pub(super) struct MenuHtml<'a> {
    pub shell: &'a Shell,
    pub folded: bool,
}

#[derive(Template)]
#[template(path = "components/nav_item.html")]
pub(super) struct ItemHtml<'a> {
    pub shell: &'a Shell,
    pub item: &'a NavItem,
}
