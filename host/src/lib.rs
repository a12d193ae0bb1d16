//! Twoway (双向): the host. It runs the two-way lifecycle of volunteer-service projects; what a kind of project does every day is
//! decided by its plugin. `ARCHITECTURE.md` is the map.

pub mod accounts;
pub mod adoptions;
pub mod app;
pub mod audit;
pub mod blanks;
pub mod calendar;
pub mod calls;
pub mod config;
pub mod db;
pub mod demo;
pub mod disclosures;
pub mod evaluations;
pub mod files;
pub mod founding;
pub mod housekeeping;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod lifecycle;
pub mod limits;
pub mod lint;
pub mod mail;
pub mod needs;
pub mod notices;
pub mod objections;
pub mod organizations;
pub mod papers;
pub mod plugins;
pub mod projects;
pub mod proposals;
pub mod refusal;
pub mod reviews;
pub mod showcase;
pub mod start;
pub mod vault;
pub mod who;

pub use app::App;
pub use config::Config;
pub use db::{Db, Tx};
pub use refusal::Refusal;
pub use start::start;
pub use who::{Actor, Held, Party, Who};
