//! From the call to the pool, and every guard on the way.

mod ceilings;
mod channels;
mod desk;
mod documents;
mod files;
mod form_files;
mod forms;
mod guards;
mod invitations;
mod late;
mod lint;
mod lists;
mod pages;
mod pool;
mod stretch;
mod suspended;
mod templates;
pub mod world;
