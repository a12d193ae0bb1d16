//! The schema's history. Table and column names are plain strings and no entity is imported: an old migration must stay true
//! when the entities move on. Each file belongs to one feature and only ever adds.

pub use sea_orm_migration::prelude::*;

mod columns;
mod m20261123_000001_foundation;
mod m20261123_000002_calls;
mod m20261123_000003_needs;
mod m20261123_000004_projects;
mod m20261123_000005_plugins;
mod m20261126_000006_limits;
mod m20261126_000007_sessions;
mod m20261126_000008_housekeeping;
mod m20261126_000009_retention;
mod m20261126_000010_queue;
mod m20261126_000020_incidents;
mod m20261126_000040_row_marks;
mod m20261126_000045_documents;
mod m20261126_000050_agreements;
mod m20261126_000051_deliveries;
mod m20261126_000052_objections;
mod m20261126_000053_calls;
mod m20261126_000054_proposals;
mod m20261126_000055_reviews;
mod m20261126_000056_mail;
mod m20261126_000057_sheet_imports;
mod m20261126_000061_assisted;
mod m20261126_000062_call_channels;
mod m20261126_000063_sponsors;
mod m20261126_000065_large_calls;
mod m20261127_000064_objections;
mod m20261127_000067_suspended_calls;
mod m20261127_000068_handed_papers;
mod m20261127_000069_disqualifications;
mod m20261127_000070_partners;
mod m20261127_000071_second_rounds;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_foundation::Migration),
            Box::new(m20261123_000002_calls::Migration),
            Box::new(m20261123_000003_needs::Migration),
            Box::new(m20261123_000004_projects::Migration),
            Box::new(m20261123_000005_plugins::Migration),
            Box::new(m20261126_000006_limits::Migration),
            Box::new(m20261126_000007_sessions::Migration),
            Box::new(m20261126_000008_housekeeping::Migration),
            Box::new(m20261126_000009_retention::Migration),
            Box::new(m20261126_000010_queue::Migration),
            Box::new(m20261126_000020_incidents::Migration),
            Box::new(m20261126_000040_row_marks::Migration),
            Box::new(m20261126_000045_documents::Migration),
            Box::new(m20261126_000050_agreements::Migration),
            Box::new(m20261126_000051_deliveries::Migration),
            Box::new(m20261126_000052_objections::Migration),
            Box::new(m20261126_000053_calls::Migration),
            Box::new(m20261126_000054_proposals::Migration),
            Box::new(m20261126_000055_reviews::Migration),
            Box::new(m20261126_000056_mail::Migration),
            Box::new(m20261126_000057_sheet_imports::Migration),
            Box::new(m20261126_000062_call_channels::Migration),
            Box::new(m20261126_000063_sponsors::Migration),
            Box::new(m20261126_000061_assisted::Migration),
            Box::new(m20261127_000064_objections::Migration),
            Box::new(m20261127_000067_suspended_calls::Migration),
            Box::new(m20261127_000068_handed_papers::Migration),
            Box::new(m20261127_000069_disqualifications::Migration),
            Box::new(m20261127_000070_partners::Migration),
            Box::new(m20261127_000071_second_rounds::Migration),
            Box::new(m20261126_000065_large_calls::Migration),
        ]
    }
}
