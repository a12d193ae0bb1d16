use crate::columns::*;
use sea_orm_migration::prelude::*;

/// The review in full: who is good at what, proposed assignments, conflicts, masks and phases, the discussion, the decision.
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

/// A table whose key is the tenant and these columns.
fn keyed(name: &'static str, key: &[&'static str]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(uuid("tenant_id"));
    let mut primary = Index::create();
    primary.col("tenant_id");
    for column in key {
        table.col(uuid(column));
        primary.col(*column);
    }
    table.primary_key(&mut primary);
    table
}

fn tables() -> Vec<TableCreateStatement> {
    let mut profiles = keyed("reviewer_profiles", &["account_id"]);
    profiles.col(json("areas")).col(int_null("most")).col(uuid("changed_by")).col(big("changed_at"));

    let mut interests = entity("reviewer_interests");
    interests
        .col(uuid("account_id"))
        .col(word("kind", 32))
        .col(uuid_null("organization_id"))
        .col(word_null("mark", 64))
        .col(text("note"))
        .col(uuid("added_by"))
        .col(big("added_at"))
        .col(big_null("ended_at"));

    let mut plans = entity("review_plans");
    plans
        .col(uuid("call_id"))
        .col(text("path"))
        .col(uuid("made_by"))
        .col(big("made_at"))
        .col(int("wanted"))
        .col(int("lacking"))
        .col(int("skipped"))
        .col(word("state", 32))
        .col(int("version"));

    let mut lines = keyed("review_plan_lines", &["plan_id", "proposal_id"]);
    lines
        .col(json("reviewers"))
        .col(int("lacking"))
        .col(int("conflicts"))
        .col(int("asked"))
        .col(int("full"))
        .col(flag("by_hand"))
        .col(big_null("applied_at"));

    let mut loads = keyed("review_plan_loads", &["plan_id", "reviewer_id"]);
    loads.col(int("before")).col(int("planned")).col(int("expert")).col(int_null("most"));

    let mut conflicts = keyed("review_conflicts", &["review_id"]);
    conflicts.col(json("found")).col(big("computed_at")).col(text("words"));

    let mut settings = keyed("review_settings", &["call_id"]);
    settings
        .col(flag("hide_proposer"))
        .col(flag("hide_reviewers"))
        .col(int("vetoes"))
        .col(int("shortest_reason"))
        .col(big_null("budget"))
        .col(flag("supervised"))
        .col(uuid("changed_by"))
        .col(big("changed_at"));

    let mut phases = Table::create();
    phases
        .table("review_phases")
        .col(uuid("tenant_id"))
        .col(uuid("call_id"))
        .col(int("number"))
        .col(text("title"))
        .col(big("starts_at"))
        .col(big("ends_at"))
        .col(flag("scores"))
        .col(word("reads", 16))
        .col(flag("discusses"))
        .primary_key(Index::create().col("tenant_id").col("call_id").col("number"));

    let mut comments = entity("review_comments");
    comments.col(uuid("call_id")).col(uuid("proposal_id")).col(uuid("author_id")).col(text("text")).col(big("at"));

    let mut supervisions = keyed("review_supervisions", &["call_id", "account_id"]);
    supervisions.col(text("note")).col(big("at"));

    let mut verdicts = keyed("decision_verdicts", &["proposal_id"]);
    verdicts.col(uuid("call_id")).col(word("verdict", 32)).col(int("vetoes")).col(text("veto_reason"));

    let mut templates = Table::create();
    templates
        .table("letter_templates")
        .col(uuid("tenant_id"))
        .col(uuid("call_id"))
        .col(word("outcome", 32))
        .col(text("text"))
        .col(uuid("changed_by"))
        .col(big("changed_at"))
        .primary_key(Index::create().col("tenant_id").col("call_id").col("outcome"));

    let mut letters = keyed("decision_letters", &["proposal_id"]);
    letters.col(uuid("call_id")).col(word("outcome", 32)).col(text("text")).col(big("at"));

    let mut roadshows = keyed("roadshows", &["call_id"]);
    roadshows.col(int("weight")).col(int("trim_from"));

    let mut judges = keyed("roadshow_judges", &["call_id", "account_id"]);
    judges.col(big("added_at"));

    let mut slots = entity("roadshow_slots");
    slots
        .col(uuid("call_id"))
        .col(uuid("proposal_id"))
        .col(text("path"))
        .col(int("position"))
        .col(big_null("starts_at"))
        .col(text("place"))
        .col(int_null("first"))
        .col(int_null("live"))
        .col(int_null("combined"))
        .col(uuid_null("countersigned_by"))
        .col(word("state", 32))
        .col(int("version"));

    let mut live = keyed("roadshow_scores", &["slot_id", "judge_id"]);
    live.col(int("points")).col(text("note")).col(big("at"));

    let rounds = vec![roadshows, judges, slots, live];
    let assignments = vec![profiles, interests, plans, lines, loads, conflicts];
    let terms = vec![settings, phases, comments, supervisions];
    let results = vec![verdicts, templates, letters];
    [assignments, terms, rounds, results].concat()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("reviewer_interests", "reviewer_interests_account", &["tenant_id", "account_id", "id"]),
        index("review_plans", "review_plans_call", &["tenant_id", "call_id", "id"]),
        index("roadshow_slots", "roadshow_slots_call", &["tenant_id", "call_id", "position", "id"]),
        index("roadshow_judges", "roadshow_judges_account", &["tenant_id", "account_id"]),
        index("review_comments", "review_comments_proposal", &["tenant_id", "proposal_id", "at", "id"]),
        index("decision_verdicts", "decision_verdicts_call", &["tenant_id", "call_id"]),
        index("review_plan_lines", "review_plan_lines_lacking", &["tenant_id", "plan_id", "lacking"]),
    ]
}
