use crate::columns::*;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    let mut projects = entity("projects");
    projects
        .col(uuid("proposal_id"))
        .col(uuid("call_id"))
        .col(uuid("organization_id"))
        .col(text("path"))
        .col(uuid_null("team_id"))
        .col(uuid("lead_id"))
        .col(text("title"))
        .col(json("plan"))
        .col(text_null("reason"))
        .col(text_null("final_report"))
        .col(text_null("assessment"))
        .col(big_null("started_at"))
        .col(big_null("closed_at"))
        .col(big_null("ended_at"))
        .col(word("state", 32))
        .col(int("version"))
        .col(big("created_at"));

    let mut evaluations = entity("evaluations");
    evaluations
        .col(uuid("project_id"))
        .col(uuid("organization_id"))
        .col(text("path"))
        .col(uuid_null("team_id"))
        .col(uuid("lead_id"))
        .col(uuid_null("evaluator_id"))
        .col(json("indicators"))
        .col(json("answers"))
        .col(text("statement"))
        .col(json("grades"))
        .col(word_null("grade", 1))
        .col(text("conclusion"))
        .col(big_null("scored_at"))
        .col(uuid_null("finalized_by"))
        .col(big_null("finalized_at"))
        .col(big_null("due_at"))
        .col(word("state", 32))
        .col(int("version"))
        .col(big("created_at"));

    vec![projects, evaluations]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("projects", "projects_proposal", &["tenant_id", "proposal_id"]),
        index("projects", "projects_path", &["tenant_id", "path", "created_at"]),
        index("projects", "projects_team", &["tenant_id", "team_id"]),
        index("projects", "projects_lead", &["tenant_id", "lead_id"]),
        index("projects", "projects_state", &["tenant_id", "state", "started_at"]),
        unique("evaluations", "evaluations_project", &["tenant_id", "project_id"]),
        index("evaluations", "evaluations_path", &["tenant_id", "path", "created_at"]),
        index("evaluations", "evaluations_evaluator", &["tenant_id", "evaluator_id"]),
        index("evaluations", "evaluations_lead", &["tenant_id", "lead_id"]),
    ]
}
