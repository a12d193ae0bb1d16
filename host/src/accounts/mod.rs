//! People who sign in: registration, passwords, sessions of browsers and of API clients, profile.
//!
//! A session is a row; what the client holds (a cookie's secret, an access token) only names it. So a revoked session or an ended
//! role counts from the next request on.

mod actions;
mod api;
mod model;
pub mod pages;
mod passwords;
mod queries;
pub mod sessions;
mod tokens;

pub use actions::{Registration, change_password, end_session, register, sign_in, sign_up, update_profile};
pub use api::{Doc, routes};
pub use model::{Login, NewPassword, parse_name};
pub use passwords::Passwords;
pub use queries::{by_login, held, names};
