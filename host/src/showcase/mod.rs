//! What everybody may see, and what waits for whom: the front page, the public page of a project, and the workbench. Reads all
//! features, writes nothing, and is read by none.

mod api;
mod cards;
mod home;
mod project;
mod queries;
mod work;
mod work_agreements;
mod work_calls;
mod work_disclosures;
mod work_fulfilment;
mod work_objections;
mod work_paper;
mod work_pool;
mod work_proposals;
mod work_reviews;
mod work_sources;
mod work_sponsoring;

pub use api::{Doc, routes};
pub use project::{PublicProject, public_project};
pub use work::{WorkItem, work};
