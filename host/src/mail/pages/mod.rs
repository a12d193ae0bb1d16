mod outbox;
mod settings;

use super::api::OFFICE;
use crate::http::{Access, Routes};
use axum::http::Method;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, super::OWN, Access::SignedIn, settings::show)
        .page(Method::POST, super::OWN, Access::SignedIn, settings::save)
        .page(Method::POST, "/me/mail/confirm", Access::SignedIn, settings::confirm)
        .page(Method::GET, outbox::PLACE, OFFICE, outbox::list)
        .page(Method::GET, "/office/mails/{id}", OFFICE, outbox::show)
        .page(Method::POST, "/office/mails/{id}/release", OFFICE, outbox::release)
        .page(Method::POST, "/office/mails/{id}/drop", OFFICE, outbox::drop_mail)
        .nav_kept(88, "nav-mails", outbox::PLACE, "send", OFFICE)
}
