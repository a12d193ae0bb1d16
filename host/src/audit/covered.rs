//! Which tables the chain vouches for, and which not, each with the reason. A table or column that is neither here nor there does
//! not exist: a test compares this list with the schema.

use super::key::KeyKind;
use super::rows::CHUNK;
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn};
use std::sync::LazyLock;
use twoway_entity::accounts::{account, membership};
use twoway_entity::adoptions::{adoption, agreement, commitment, confirmation as signature, delivery, partner};
use twoway_entity::agreements::{
    finding, plan_part, public_notice, seal_scan, signing_code, statement, template, trade,
};
use twoway_entity::assisted::{entry as paper_entry, point as proposal_point};
use twoway_entity::calendar::calendar_day;
use twoway_entity::call_desk::{
    channel, follower, inquiry, invitation, invitation_use, settings as call_settings, template as call_template,
};
use twoway_entity::calls::call;
use twoway_entity::evaluations::{evaluation, notice as evaluation_notice};
use twoway_entity::files::document;
use twoway_entity::fulfilment::{ask, proof, receipt, release, settlement, use_change, use_consent};
use twoway_entity::mail::{message as mail, setting as mail_setting};
use twoway_entity::needs::need_line;
use twoway_entity::notices::{notice, wording};
use twoway_entity::objections::{evidence, item_notice, objection};
use twoway_entity::organizations::organization;
use twoway_entity::papers::sheet_import;
use twoway_entity::plugins::{
    attendance_fact, confirmation, decision, disclosure, incident, ledger_entry, one_time_code, person_fact,
    plugin_package, plugin_task, project_member, project_plugin, publication, record, record_index, sent_notice,
};
use twoway_entity::projects::project;
use twoway_entity::proposals::{attachment, disqualification, proposal, receipt_counter, revision};
use twoway_entity::propose::{author, co_applicant, comment, late_submission, merger, saved};
use twoway_entity::reviews::{self, review};
use twoway_entity::sponsoring::{bar, condition, first_delivery, project_disclosure};

/// Tables for which the chain does not vouch, with the reason.
pub const NOT_COVERED: &[(&str, &str)] = &[
    ("events", "the chain itself: each event carries the hash of the one before it"),
    ("seals", "a chain of their own, each signed"),
    ("row_marks", "what the chain says of rows: each is compared with the event that it names"),
    (
        "tenants",
        "one row, made before there is anything to chain; every other row carries its id, and nothing reads its name",
    ),
    (
        "sessions",
        "moves with every request and runs out by itself; every sign-in and sign-out is an event of the account",
    ),
    ("idempotency", "answers kept for two days for clients that repeat a request; nothing decides on them"),
    (
        "jobs",
        "the workers' own list, which they lease and count in outside of steps; what a job does is checked when it does it",
    ),
    ("spent_budgets", "counters of the limits per address and per account, gone within hours"),
    (
        "secret_guesses",
        "counters of the limit on comparisons with secrets, written while a plugin is asked and gone after 30 days",
    ),
    ("proposal_sketches", "made of titles and summaries, which are covered, and made again from them"),
    ("proposal_grams", "made of the same texts, to find what is similar"),
    ("proposal_gram_counts", "how many proposals have each pair of characters, made of the same texts"),
    (
        "plugin_logs",
        "what a plugin wrote for its author before it failed, gone after 180 days; that it failed is in the journal",
    ),
];

/// All covered tables, in the order of the lifecycle.
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// The covered table of this name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    vec![
        Table::of(account::Entity)
            .without(account::Column::FailedAttempts, "counted outside of steps, at every wrong password")
            .without(account::Column::LockedUntil, "set by that counting, and over after minutes"),
        Table::of(organization::Entity),
        Table::of(membership::Entity),
        Table::of(calendar_day::Entity),
        Table::of(document::Entity),
        Table::of(sheet_import::Entity),
        Table::of(notice::Entity)
            .without(notice::Column::ReadAt, "the reader's own mark, set outside of steps")
            .without(notice::Column::GatheredAt, "moved by the collector of mails, which may pass over many"),
        Table::of(wording::Entity),
        Table::of(mail_setting::Entity)
            .without(mail_setting::Column::CodeWrong, "wrong codes, counted while one is typed"),
        Table::of(mail::Entity),
        Table::of(call::Entity),
        Table::of(call_settings::Entity),
        Table::of(call_template::Entity),
        Table::of(follower::Entity),
        Table::of(inquiry::Entity),
        Table::of(channel::Entity),
        Table::of(invitation::Entity),
        Table::of(invitation_use::Entity),
        Table::of(late_submission::Entity),
        Table::of(proposal::Entity),
        Table::of(revision::Entity),
        Table::of(attachment::Entity),
        Table::of(disqualification::Entity),
        Table::of(saved::Entity),
        Table::of(merger::Entity),
        Table::of(author::Entity),
        Table::of(co_applicant::Entity),
        Table::of(comment::Entity),
        Table::of(receipt_counter::Entity),
        Table::of(reviews::profile::Entity),
        Table::of(reviews::interest::Entity),
        Table::of(reviews::plan::Entity),
        Table::of(reviews::plan_line::Entity),
        Table::of(reviews::plan_load::Entity),
        Table::of(review::Entity),
        Table::of(objection::Entity),
        Table::of(item_notice::Entity),
        Table::of(evidence::Entity),
        Table::of(reviews::found::Entity),
        Table::of(reviews::setting::Entity),
        Table::of(reviews::phase::Entity),
        Table::of(reviews::comment::Entity),
        Table::of(reviews::supervision::Entity),
        Table::of(reviews::verdict::Entity),
        Table::of(reviews::second_round::Entity),
        Table::of(reviews::second_item::Entity),
        Table::of(reviews::roadshow::Entity),
        Table::of(reviews::judge::Entity),
        Table::of(reviews::slot::Entity),
        Table::of(reviews::live_score::Entity),
        Table::of(reviews::letter_template::Entity),
        Table::of(reviews::letter::Entity),
        Table::of(need_line::Entity),
        Table::of(adoption::Entity),
        Table::of(commitment::Entity),
        Table::of(agreement::Entity),
        Table::of(signature::Entity),
        Table::of(delivery::Entity),
        Table::of(proof::Entity),
        Table::of(receipt::Entity),
        Table::of(release::Entity),
        Table::of(ask::Entity),
        Table::of(partner::Entity),
        Table::of(use_change::Entity),
        Table::of(use_consent::Entity),
        Table::of(settlement::Entity),
        Table::of(statement::Entity),
        Table::of(finding::Entity),
        Table::of(trade::Entity),
        Table::of(template::Entity),
        Table::of(plan_part::Entity),
        Table::of(seal_scan::Entity),
        Table::of(public_notice::Entity),
        Table::of(signing_code::Entity).without(
            signing_code::Column::Tries,
            "tries, counted before anything else happens, so that a refusal keeps them",
        ),
        Table::of(project::Entity),
        Table::of(evaluation::Entity),
        Table::of(evaluation_notice::Entity),
        // A component has megabytes.
        Table::of(plugin_package::Entity).at_once(4),
        Table::of(project_plugin::Entity),
        Table::of(project_member::Entity),
        Table::of(person_fact::Entity),
        Table::of(record::Entity)
            .without(record::Column::EraseAt, "when to look next for what is over; moved by the nightly look itself"),
        Table::of(record_index::Entity).by(&["record_id"]),
        Table::of(disclosure::Entity),
        Table::of(confirmation::Entity),
        Table::of(plugin_task::Entity),
        Table::of(attendance_fact::Entity),
        Table::of(ledger_entry::Entity),
        Table::of(one_time_code::Entity)
            .without(one_time_code::Column::Wrong, "wrong guesses, counted while a plugin is asked"),
        Table::of(publication::Entity),
        Table::of(sent_notice::Entity),
        Table::of(incident::Entity),
        Table::of(decision::Entity),
        Table::of(condition::Entity),
        Table::of(first_delivery::Entity),
        Table::of(bar::Entity),
        Table::of(project_disclosure::Entity),
        Table::of(paper_entry::Entity),
        Table::of(proposal_point::Entity),
    ]
});

/// One covered table.
pub struct Table {
    pub name: &'static str,
    /// The columns that name a row, besides the tenant. Rows with the same key are vouched for as one.
    pub key: Vec<(&'static str, KeyKind)>,
    /// Columns that change outside of steps, each with the reason.
    pub left_out: Vec<(&'static str, &'static str)>,
    columns: Vec<&'static str>,
    /// Rows whose content is read together.
    pub(super) at_once: usize,
}

impl Table {
    fn of<E: EntityTrait>(entity: E) -> Self {
        let primary = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let named = primary.filter(|column| column.as_str() != "tenant_id");
        Self {
            name: entity.table_name(),
            key: named.map(|column| (column.as_str(), kind_of(&column))).collect(),
            left_out: Vec::new(),
            columns: E::Column::iter().map(|column| column.as_str()).collect(),
            at_once: CHUNK,
        }
    }

    fn without(mut self, column: impl IdenStatic, reason: &'static str) -> Self {
        self.left_out.push((column.as_str(), reason));
        self
    }

    /// Rows with the same `key`, the beginning of the primary key, are vouched for together: they are written together.
    fn by(mut self, key: &[&str]) -> Self {
        self.key.retain(|(column, _)| key.contains(column));
        self
    }

    fn at_once(mut self, rows: usize) -> Self {
        self.at_once = rows;
        self
    }

    /// The columns for which the chain vouches, the key's among them.
    pub fn covered(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.columns.iter().copied().filter(|column| !self.left_out.iter().any(|(out, _)| out == column))
    }

    /// What of the table is covered, in words that change when that does.
    pub(super) fn extent(&self) -> String {
        let covered: Vec<_> = self.covered().collect();
        format!("{} by {:?}", covered.join(","), self.key)
    }

    /// The covered columns of a row as one JSON text of the database's own making: it says what is there, whatever that is.
    pub(super) fn content(&self, backend: DbBackend) -> String {
        let pairs: Vec<String> = match backend {
            // JSON holds no bytes, and ids are bytes.
            DbBackend::Sqlite => self
                .covered()
                .map(|c| format!(r#"'{c}', CASE typeof("{c}") WHEN 'blob' THEN hex("{c}") ELSE "{c}" END"#))
                .collect(),
            _ => self.covered().map(|c| format!(r#"'{c}', "{c}""#)).collect(),
        };
        match backend {
            DbBackend::Sqlite => format!("json_object({})", pairs.join(", ")),
            _ => format!("CAST(jsonb_build_object({}) AS text)", pairs.join(", ")),
        }
    }
}

fn kind_of(column: &impl ColumnTrait) -> KeyKind {
    match column.def().get_column_type() {
        ColumnType::Uuid => KeyKind::Uuid,
        ColumnType::Integer => KeyKind::Int,
        _ => KeyKind::Word,
    }
}
