//! The part of an adoption's page that tells what happened since it was agreed.

use crate::adoptions::fulfilment::{self, Change};
use crate::adoptions::queries::Seen;
use crate::adoptions::{RUNNING, actions};
use crate::files;
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Facts, Look, Markup, Moment, StateBadge, Table, Tone,
};
use crate::http::page::Shell;
use crate::http::texts::Locale;
use crate::{Refusal, Who};
use askama::Template;
use sea_orm::ConnectionTrait;
use twoway_entity::files::document;
use twoway_entity::fulfilment::{AskKind, Surplus, UseChangeState, ask, release, settlement};
use twoway_ids::Uuid;

/// What was read of it.
pub(super) struct After {
    asks: Vec<ask::Model>,
    papers: Vec<document::Model>,
    changes: Vec<Change>,
    releases: Vec<release::Model>,
    /// Only for the office and the sponsor.
    notes: Vec<release::Model>,
    pub settlement: Option<settlement::Model>,
    leads: bool,
}

impl After {
    pub(super) async fn load(db: &impl ConnectionTrait, who: &Who, seen: &Seen) -> Result<Self, Refusal> {
        let id = seen.row.id;
        let lines: Vec<Uuid> = seen.lines.iter().map(|l| l.line.id).collect();
        let asks = fulfilment::asks(db, who.tenant, id).await?;
        let filed: Vec<Uuid> = asks.iter().filter(|a| a.kind == AskKind::Hardship).map(|a| a.id).collect();
        Ok(Self {
            papers: files::of(db, who.tenant, actions::ASK_FILES, &filed).await?,
            asks,
            changes: fulfilment::changes(db, who.tenant, &lines).await?,
            releases: fulfilment::releases(db, who.tenant, id).await?,
            notes: fulfilment::reliability(db, who, seen).await?,
            settlement: fulfilment::settlement(db, who.tenant, id).await?,
            leads: actions::leads(db, who, &seen.proposal).await?,
        })
    }
}

#[derive(Template)]
#[template(path = "adoptions/fulfilment.html")]
struct Html<'a> {
    shell: &'a Shell,
    buttons: &'a [ActionButton],
    facts: Option<&'a Facts>,
    changes: Option<&'a Table>,
    asks: Option<&'a Table>,
    releases: Option<&'a Table>,
    notes: Option<&'a Table>,
}

/// The section with its tables; what is empty is left out.
pub(super) struct Fulfilment {
    buttons: Vec<ActionButton>,
    facts: Option<Facts>,
    changes: Option<Table>,
    asks: Option<Table>,
    releases: Option<Table>,
    notes: Option<Table>,
}

impl Fulfilment {
    pub(super) fn new(l: Locale, seen: &Seen, after: &After, account: Option<Uuid>) -> Self {
        let own: Vec<&Change> =
            after.changes.iter().filter(|c| after.leads || c.consent_of(seen.row.id).is_some()).collect();
        Self {
            buttons: buttons(l, seen, after),
            facts: after.settlement.as_ref().map(|row| settled(l, row)),
            changes: (!own.is_empty()).then(|| changes(l, seen, &own)),
            asks: (!after.asks.is_empty()).then(|| asks(l, seen, after, account)),
            releases: (!after.releases.is_empty()).then(|| releases(l, seen, &after.releases)),
            notes: (!after.notes.is_empty()).then(|| notes(l, &after.notes)),
        }
    }

    pub(super) fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&Html {
            shell,
            buttons: &self.buttons,
            facts: self.facts.as_ref(),
            changes: self.changes.as_ref(),
            asks: self.asks.as_ref(),
            releases: self.releases.as_ref(),
            notes: self.notes.as_ref(),
        })
    }
}

fn buttons(l: Locale, seen: &Seen, after: &After) -> Vec<ActionButton> {
    let (row, standing) = (&seen.row, &seen.standing);
    let at = |verb: &str| format!("/adoptions/{}/{verb}", row.id);
    let mut buttons = vec![ActionButton::link(l.t("statement-open"), at("statement")).icon("file-text")];
    let running = RUNNING.contains(&row.state);
    if running && standing.sponsor {
        buttons.push(ActionButton::link(l.t("delay-ask"), at("delay")));
    }
    if running && standing.signatory {
        buttons.push(ActionButton::link(l.t("hardship-file"), at("hardship")));
    }
    if running && standing.office {
        buttons.push(ActionButton::link(l.t("termination-ask"), at("terminate")).look(Look::Danger));
    }
    if let Some(settlement) = &after.settlement {
        if settlement.thanked_at.is_none() && standing.team {
            buttons.push(ActionButton::link(l.t("thanks-write"), at("thanks")));
        }
        if settlement.surplus.is_none() && (standing.office || standing.team) {
            buttons.push(ActionButton::link(l.t("surplus-decide"), at("surplus")));
        }
    }
    if after.leads {
        buttons.extend(seen.lines.iter().map(|line| {
            let label = l.t1("use-change-of", "line", &line.line.title);
            ActionButton::link(label, format!("/needs/{}/use", line.line.id)).look(Look::Quiet)
        }));
    }
    buttons
}

fn settled(l: Locale, row: &settlement::Model) -> Facts {
    let mut facts = Facts::new().fact(l.t("settlement-delivered"), Cell::When(Moment::day(l, row.delivered_at)));
    facts = match (&row.thanks, row.thanked_at) {
        (Some(thanks), Some(at)) => facts
            .fact(l.t("settlement-thanked"), Cell::When(Moment::day(l, at)))
            .fact(l.t("settlement-thanks"), Cell::text(thanks)),
        _ => facts.fact(l.t("settlement-thanks-due"), Cell::When(Moment::day(l, row.thanks_due_at))),
    };
    match row.surplus {
        Some(how) => facts.fact(l.t("settlement-surplus"), Cell::List(surplus(l, how, row.surplus_text.as_deref()))),
        None => facts.fact(l.t("settlement-surplus"), Cell::Text(l.t("settlement-surplus-open"))),
    }
}

/// How what was left over was dealt with, in words.
pub(super) fn surplus(l: Locale, how: Surplus, text: Option<&str>) -> Vec<String> {
    let mut said = vec![l.t(&format!("choice-how-{}", how.as_str()))];
    said.extend(text.map(str::to_string));
    said
}

fn line_title(seen: &Seen, line: Uuid) -> String {
    seen.lines.iter().find(|l| l.line.id == line).map(|l| l.line.title.clone()).unwrap_or_default()
}

fn table(l: Locale, key: &str, columns: &[&str]) -> Table {
    let columns = columns.iter().map(|c| Column::new(l.t(&format!("fulfilment-column-{c}")))).collect();
    Table::new(l.t(key), columns, EmptyState::new("hands", l.t("nothing"), String::new()))
}

fn changes(l: Locale, seen: &Seen, rows: &[&Change]) -> Table {
    let mut table = table(l, "use-change-list", &["line", "new-use", "state", "do"]);
    for change in rows {
        let row = &change.row;
        let consent = change.consent_of(seen.row.id);
        let open = row.state == UseChangeState::Open && consent.is_some_and(|c| c.agreed.is_none());
        let answer = format!("/use-changes/{}/answer/{}", row.id, seen.row.id);
        let act = match consent.map(|c| c.agreed) {
            _ if open && seen.standing.signatory => {
                Cell::Buttons(vec![ActionButton::link(l.t("use-change-answer"), answer).primary()])
            }
            Some(Some(true)) => Cell::Text(l.t("use-change-said-yes")),
            Some(Some(false)) => Cell::Text(l.t("use-change-said-no")),
            Some(None) => Cell::Text(l.t("use-change-said-nothing")),
            None => Cell::Nothing,
        };
        table.row(vec![
            Cell::Text(line_title(seen, row.line_id)),
            Cell::List(vec![row.new_use.clone(), row.reason.clone()]),
            Cell::State(change_badge(l, row.state)),
            act,
        ]);
    }
    table
}

pub(super) fn change_badge(l: Locale, state: UseChangeState) -> StateBadge {
    let tone = match state {
        UseChangeState::Open => Tone::Attention,
        UseChangeState::Refused | UseChangeState::Expired => Tone::Bad,
        UseChangeState::Effective => Tone::Good,
        UseChangeState::Withdrawn => Tone::Neutral,
    };
    StateBadge::of(l, "use-change", state.as_str(), tone)
}

fn asks(l: Locale, seen: &Seen, after: &After, account: Option<Uuid>) -> Table {
    let mut table = table(l, "ask-list", &["what", "reason", "on", "answer"]);
    for row in &after.asks {
        let mut what = vec![l.t(&format!("ask-kind-{}", row.kind.as_str()))];
        let line = seen.lines.iter().find(|line| Some(line.commitment.id) == row.commitment_id);
        if let (Some(line), Some(due)) = (line, &row.due_on) {
            what.push(l.t2("ask-delay-to", "line", &line.line.title, "day", due));
        }
        let answer = match row.agreed {
            Some(agreed) => {
                let mut said = vec![l.t(if agreed { "ask-agreed" } else { "ask-refused" })];
                said.extend(row.answer.clone());
                Cell::List(said)
            }
            None => {
                let mut buttons: Vec<ActionButton> = after
                    .papers
                    .iter()
                    .filter(|p| p.owner_id == row.id)
                    .map(|p| {
                        let href = format!("/adoptions/{}/papers/{}", seen.row.id, p.id);
                        ActionButton::link(l.t(&format!("paper-{}", p.purpose)), href)
                    })
                    .collect();
                if actions::may_answer(seen, row) && account != Some(row.asked_by) {
                    let href = format!("/adoption-asks/{}/answer", row.id);
                    buttons.push(ActionButton::link(l.t("ask-answer"), href).primary());
                }
                if buttons.is_empty() { Cell::Text(l.t("ask-waits")) } else { Cell::Buttons(buttons) }
            }
        };
        table.row(vec![Cell::List(what), Cell::text(&row.reason), Cell::When(Moment::day(l, row.asked_at)), answer]);
    }
    table
}

fn releases(l: Locale, seen: &Seen, rows: &[release::Model]) -> Table {
    let mut table = table(l, "release-list", &["line", "quantity", "cause", "on"]);
    for row in rows {
        let unit = seen.lines.iter().find(|l| l.line.id == row.line_id).map(|l| l.line.unit.clone());
        table.row(vec![
            Cell::Text(line_title(seen, row.line_id)),
            Cell::Number(l.t2("quantity", "n", row.quantity, "unit", unit.unwrap_or_default())),
            Cell::Text(l.t(&format!("cause-{}", row.cause.as_str()))),
            Cell::When(Moment::day(l, row.at)),
        ]);
    }
    table
}

fn notes(l: Locale, rows: &[release::Model]) -> Table {
    let mut table = table(l, "reliability-list", &["note", "on"]);
    for row in rows {
        table.row(vec![
            Cell::link(l.t("reliability-note"), format!("/adoptions/{}", row.adoption_id)),
            Cell::When(Moment::day(l, row.at)),
        ]);
    }
    table
}
