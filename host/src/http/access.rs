//! Who may enter by which route, written beside the route.

use crate::{Refusal, Who};
use axum::http::Method;
use twoway_entity::accounts::Role;

/// Who may enter. What they may do with which object is decided behind the door, by the queries and actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Public,
    /// Everybody with an account.
    SignedIn,
    /// Who holds one of these roles at some organisation.
    AnyOf(&'static [Role]),
}

impl Access {
    pub fn check(self, who: &Who) -> Result<(), Refusal> {
        match (self, who.actor()) {
            (Self::Public, _) | (Self::SignedIn, Some(_)) => Ok(()),
            (_, None) => Err(Refusal::SignedOut),
            (Self::AnyOf(roles), Some(_)) if who.holds(roles) => Ok(()),
            (Self::AnyOf(_), Some(_)) => Err(Refusal::NotAllowed),
        }
    }
}

/// Pages are for browsers: cookie, HTML, redirects. The API is for programs: bearer token, JSON, problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Page,
    Api,
}

/// One row of the access table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub door: Door,
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:6} {:60} ", self.method.as_str(), self.path)?;
        match self.access {
            Access::Public => f.write_str("public"),
            Access::SignedIn => f.write_str("signed-in"),
            Access::AnyOf(roles) => {
                let roles: Vec<&str> = roles.iter().map(|r| r.as_str()).collect();
                f.write_str(&roles.join(" "))
            }
        }
    }
}
