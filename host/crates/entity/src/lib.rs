//! The tables as sea-orm sees them. Decides nothing: the schema's history is in `twoway-migrations`, the rules are in the host.
//!
//! Every table's key begins with `tenant_id`. Moments are milliseconds since the Unix epoch (`i64`), so that both databases
//! and the hash chain agree on them. States are strings in the table and enums here.

pub mod accounts;
pub mod adoptions;
pub mod agreements;
pub mod assisted;
pub mod audit;
pub mod calendar;
pub mod call_desk;
pub mod calls;
pub mod evaluations;
pub mod files;
pub mod fulfilment;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod needs;
pub mod notices;
pub mod objections;
pub mod organizations;
pub mod papers;
pub mod plugins;
pub mod projects;
pub mod proposals;
pub mod propose;
pub mod reviews;
pub mod sponsoring;
pub mod tenants;
