//! Plugins: packages, what a project runs, the people in it, its records, and the traces of decisions.

pub mod plugin_package {
    use sea_orm::entity::prelude::*;

    /// A plugin as it was packed, shared by all hosts of this database. It is never deleted while a project names its digest.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_packages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub plugin_id: String,
        /// Semantic version.
        pub plugin_version: String,
        pub trust: super::Trust,
        /// `twoway_manifest::Manifest`.
        pub manifest: Json,
        /// `twoway_manifest::Description`.
        pub description: Json,
        /// Locale → list of Fluent sources.
        pub texts: Json,
        pub component: Vec<u8>,
        /// SHA-256 of the component, hex.
        pub component_digest: String,
        #[sea_orm(column_type = "Text")]
        pub readme: String,
        #[sea_orm(column_type = "Text")]
        pub changelog: String,
        /// `folder` or `upload`.
        pub source: String,
        pub added_by: Option<Uuid>,
        pub added_at: i64,
        /// From then on it is not offered to new projects; running ones keep it.
        pub withdrawn_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod project_plugin {
    use sea_orm::entity::prelude::*;

    /// Which plugin a project runs, with what it may do there. Set once; only `revision` moves.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_plugins")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: Uuid,
        pub plugin_id: String,
        pub plugin_version: String,
        /// Names the row of `plugin_packages`.
        pub digest: String,
        pub settings: Json,
        /// `twoway_manifest::Grant`.
        pub grant_given: Json,
        /// The data key of the project under the master key.
        pub wrapped_key: Vec<u8>,
        /// The project, as `projects` said it last: title, path, organisations, phase.
        #[sea_orm(column_type = "Text")]
        pub title: String,
        #[sea_orm(column_type = "Text")]
        pub path: String,
        /// The organisation that carries the project out.
        pub team_id: Option<Uuid>,
        /// The account that leads it.
        pub lead_id: Option<Uuid>,
        /// Ids of the organisations that adopted a line.
        pub sponsors: Json,
        pub phase: super::Phase,
        /// Grows with each decision that wrote something.
        pub revision: i32,
        pub activated_by: Option<Uuid>,
        pub activated_at: i64,
        /// When the project ended: what has not ended by itself has ended then.
        pub ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod project_member {
    use sea_orm::entity::prelude::*;

    /// A person inside one project: an account, or a guest who has none.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub account_id: Option<Uuid>,
        /// Of a guest; empty for an account, whose name is its own.
        #[sea_orm(column_type = "Text")]
        pub name: String,
        pub phone: Option<String>,
        /// Keys of described roles.
        pub roles: Json,
        /// What the plugin calls the person; unique in the project and meaningless outside it.
        pub pseudonym: String,
        pub added_by: Option<Uuid>,
        pub added_at: i64,
        pub ended_at: Option<i64>,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod record {
    use sea_orm::entity::prelude::*;

    /// One thing of a project kind: a visit, a found item. Sealed and secret fields stand in `data` as `{"$sealed": …}`.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "records")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub kind: String,
        pub state: String,
        pub version: i32,
        pub data: Json,
        /// Content of the title field.
        #[sea_orm(column_type = "Text", nullable)]
        pub title: Option<String>,
        /// The member on whose behalf; none for timers and events.
        pub created_by: Option<Uuid>,
        pub created_at: i64,
        pub changed_at: i64,
        /// When it reached an end; retention counts from here.
        pub ended_at: Option<i64>,
        /// When to look next whether content is to be erased; none before the end, and when nothing is left that ever will be.
        pub erase_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod record_index {
    use sea_orm::entity::prelude::*;

    /// The described index fields of a record, one row per value.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_index")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub nth: i32,
        pub project_id: Uuid,
        pub kind: String,
        /// Texts, at most 200 characters of them.
        pub word: Option<String>,
        pub number: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod confirmation {
    use sea_orm::entity::prelude::*;

    /// An action that waits for a second person.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_confirmations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub action: String,
        pub target_id: Option<Uuid>,
        /// Keyed hash of the canonical input: who confirms, confirms the same.
        pub input_hash: String,
        /// The sealed input.
        pub input: Vec<u8>,
        /// The member who asked.
        pub first_id: Uuid,
        pub acting_for: Option<Uuid>,
        /// The plugin failed; two staff may protect without it.
        pub without_plugin: bool,
        pub asked_at: i64,
        pub expires_at: i64,
        pub done_at: Option<i64>,
        pub done_by: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plugin_task {
    use sea_orm::entity::prelude::*;

    /// Work that a plugin asks of a person or a role.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_tasks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub key: String,
        /// A pseudonym or `role:<key>`.
        pub assignee: String,
        pub action: String,
        pub target_id: Option<Uuid>,
        pub due_at: Option<i64>,
        pub opened_at: i64,
        pub closed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attendance_fact {
    use sea_orm::entity::prelude::*;

    /// A fact about presence that a plugin proposed. Hours are counted elsewhere.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attendance_facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        /// Pseudonym.
        pub person: String,
        pub session: String,
        /// `arrived`, `left` …
        pub what: String,
        pub at: i64,
        pub evidence: Json,
        pub decision_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ledger_entry {
    use sea_orm::entity::prelude::*;

    /// One line of an append-only book.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub book: String,
        pub key: String,
        pub quantity: i64,
        pub entry: Json,
        pub at: i64,
        pub decision_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod one_time_code {
    use sea_orm::entity::prelude::*;

    /// A one-time code. Only its keyed hash is kept.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub purpose: String,
        pub target: String,
        /// Pseudonym of who received it.
        pub person: String,
        pub code_hash: String,
        pub issued_at: i64,
        pub expires_at: i64,
        pub spent_at: Option<i64>,
        /// Wrong guesses so far.
        pub wrong: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod publication {
    use sea_orm::entity::prelude::*;

    /// A public card of a record or of the project.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "publications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub target: String,
        pub card: Json,
        pub published_at: i64,
        pub until: Option<i64>,
        pub withdrawn_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod sent_notice {
    use sea_orm::entity::prelude::*;

    /// Keys of notices that a plugin sent: each is sent once.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sent_notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod incident {
    use sea_orm::entity::prelude::*;

    /// Something that went wrong, reported through a plugin, and what was answered.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "incidents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub key: String,
        /// The described incident.
        pub what: String,
        pub target_id: Option<Uuid>,
        pub severity: String,
        pub state: super::IncidentState,
        pub version: i32,
        /// The sealed values of its text.
        pub content: Vec<u8>,
        pub reported_at: i64,
        /// The member.
        pub reported_by: Option<Uuid>,
        /// The sealed answer with which it was closed.
        pub answer: Option<Vec<u8>>,
        /// The account.
        pub answered_by: Option<Uuid>,
        pub answered_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod decision {
    use sea_orm::entity::prelude::*;

    /// One decision. `content` is the sealed JSON of question, context, what was asked and what was written.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_journal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub digest: String,
        /// `act`, `tick`, `hear` …
        pub hook: String,
        pub name: String,
        pub target_id: Option<Uuid>,
        /// Pseudonym.
        pub actor: Option<String>,
        pub outcome: super::DecisionOutcome,
        /// Code of the refusal or kind of the failure.
        pub reason: Option<String>,
        /// Of the project after it.
        pub revision: i32,
        pub fuel: i64,
        pub writes: i32,
        pub content: Vec<u8>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod plugin_log {
    use sea_orm::entity::prelude::*;

    /// What went wrong in a plugin, with its own log.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plugin_logs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub digest: String,
        /// Shown to the person who was turned away.
        pub reference: String,
        pub hook: String,
        pub name: String,
        /// In words for the author of the plugin.
        #[sea_orm(column_type = "Text")]
        pub failure: String,
        /// The sealed log.
        pub lines: Vec<u8>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod person_fact {
    use sea_orm::entity::prelude::*;

    /// A yes about a person that somebody checked on paper: of age, cleared, insured, trained.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "person_facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Option<Uuid>,
        /// A guest of one project.
        pub member_id: Option<Uuid>,
        pub predicate: String,
        /// Number of the paper that was seen.
        #[sea_orm(column_type = "Text")]
        pub document: String,
        pub valid_from: i64,
        pub valid_until: Option<i64>,
        pub recorded_by: Uuid,
        pub recorded_at: i64,
        pub revoked_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod secret_guess {
    use sea_orm::entity::prelude::*;

    /// One comparison with a secret: counted, never kept.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "secret_guesses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        /// Pseudonym.
        pub person: String,
        pub kind: String,
        pub record_id: Uuid,
        /// The request that it belongs to: deciding twice counts once.
        pub question: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod disclosure {
    use sea_orm::entity::prelude::*;

    /// Somebody was let see the sealed fields of a record, for a stated reason and a short time.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "disclosures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: Uuid,
        pub record_id: Uuid,
        pub account_id: Uuid,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
        pub at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use sea_orm::sea_query::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How far a package can be trusted: who signed it, and whether it is what was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Came with this host's own plugins folder.
    Bundled,
    /// Signed by a key that this host trusts.
    Trusted,
    /// Signed, by a key that this host does not know.
    UnknownKey,
    Unsigned,
}

/// What the project allows its plugin to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Not yet started: the place can be prepared.
    Preparing,
    Running,
    /// Paused or suspended: only protective actions.
    Held,
    /// Over: only reading.
    Ended,
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum IncidentState {
    Reported,
    /// Somebody looks after it.
    InHand,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum IncidentEvent {
    Take,
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum DecisionOutcome {
    Done,
    /// The plugin said no.
    Refused,
    /// Trap, limit, bad output: nothing was written.
    Failed,
    /// Two staff protected somebody while the plugin could not answer.
    WithoutPlugin,
}
