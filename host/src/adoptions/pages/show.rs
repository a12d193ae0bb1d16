use super::diligence::{known, label, stated, table as diligence_table};
use super::fulfilment::{After, Fulfilment};
use super::{crumbs, signers, sponsor_name, tone};
use crate::adoptions::actions;
use crate::adoptions::conditions::Conditions;
use crate::adoptions::known::Known;
use crate::adoptions::model::Committed;
use crate::adoptions::partners::PartnerState;
use crate::adoptions::queries::{self, Seen, Standing, find_visible};
use crate::adoptions::rules::may_answer;
use crate::adoptions::{AdoptionState, DeliveryState, RUNNING, Side, diligence, notice, reserves, trades};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, HistoryList, Look, Moment, NextStep, StateBadge, Stepper,
    Table, Tone, local_day,
};
use crate::http::form_view::FieldWords;
use crate::http::page::{Page, Shell};
use crate::http::texts::{Locale, TextValue, t};
use crate::http::{Caller, Path, usual};
use crate::{App, Refusal, Who, audit, files, organizations, papers};
use askama::Template;
use axum::extract::State;
use std::collections::HashMap;
use twoway_entity::adoptions::{agreement, confirmation, delivery};
use twoway_entity::agreements::{finding, public_notice, statement};
use twoway_entity::files::document;
use twoway_entity::sponsoring::{bar, first_delivery};
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "adoptions/show.html")]
struct ShowHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    more: Vec<ActionButton>,
    stepper: Stepper,
    next: NextStep,
    lines: Table,
    conditions: Option<Table>,
    parties: Option<Facts>,
    agreement: ActionButton,
    deliveries: Option<Table>,
    fulfilment: Option<Fulfilment>,
    findings: Option<Table>,
    known: Option<Facts>,
    facts: Facts,
    history: HistoryList,
}

/// What the page has read.
struct Read {
    seen: Seen,
    agreement: Option<(agreement::Model, Vec<confirmation::Model>)>,
    deliveries: Vec<delivery::Model>,
    sponsor: String,
    houses: HashMap<Uuid, String>,
    people: HashMap<Uuid, String>,
    account: Option<Uuid>,
    /// The place in the queue.
    place: Option<u64>,
    proofs: HashMap<Uuid, serde_json::Value>,
    photos: Vec<document::Model>,
    /// What happened since it was agreed.
    after: Option<After>,
    stated: Option<(statement::Model, Option<String>)>,
    findings: Vec<finding::Model>,
    team: Known,
    notice: Option<public_notice::Model>,
    /// An objection to it is being handled.
    objected: bool,
    conditions: Conditions,
    first: Option<first_delivery::Model>,
    /// Only for the office and the sponsor.
    bars: Vec<bar::Model>,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    let read = read(&app, &who, shell.locale, id).await?;
    let events = audit::history(app.db.read(), who.tenant, "adoption", id, 50).await?;
    let l = shell.locale;
    let row = &read.seen.row;
    let shown = row.activated_at.is_some();
    let (sponsor, title) = (read.sponsor.clone(), read.seen.proposal.title.clone());
    let page = ShowHtml {
        heading: l.t2("adoption-of", "sponsor", sponsor, "title", &title),
        badge: StateBadge::of(l, "adoption", row.state.as_str(), tone(row.state)),
        more: more(l, &read.seen, read.notice.as_ref()),
        stepper: stepper(l, &read),
        next: next(l, &read, app.now()),
        lines: lines(l, &read),
        conditions: super::conditions::table(l, &read.seen, &read.conditions),
        parties: read
            .agreement
            .as_ref()
            .map(|(_, given)| signers::parties(l, &read.seen, given, (&read.people, &read.houses))),
        agreement: ActionButton::link(l.t("agreement-open"), format!("/adoptions/{id}/agreement")).icon("file-text"),
        deliveries: shown.then(|| deliveries(l, &read)),
        fulfilment: read.after.as_ref().map(|after| Fulfilment::new(l, &read.seen, after, read.account)),
        findings: (read.seen.standing.sponsor || read.seen.standing.reads).then(|| diligence_table(l, &read.findings)),
        known: (!read.seen.standing.team).then(|| known(l, &read.team, &read.seen)),
        facts: facts(l, &read),
        history: usual::history(&shell, "adoption", events, app.now()),
        shell: {
            let list = shell.t("nav-adoptions");
            shell.crumb(list, "/adoptions").titled(title)
        },
    };
    Ok(Page::new(page))
}

async fn read(app: &App, who: &Who, l: Locale, id: Uuid) -> Result<Read, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let agreement = queries::agreement(db, who.tenant, id).await?;
    let deliveries = queries::deliveries(db, who.tenant, id).await?;
    let houses = organizations::names(db, who, receivers(&seen)).await?;
    let given = agreement.iter().flat_map(|(_, given)| given.iter().map(|c| c.account_id));
    let people: Vec<Uuid> = given.chain(seen.row.checked_by).collect();
    let people = queries::names(db, who.tenant, people).await?;
    let sponsor = sponsor_name(app, who, &seen).await?;
    let place = queries::place_in_queue(db, &seen).await?;
    let after = if seen.row.activated_at.is_some() { Some(After::load(db, who, &seen).await?) } else { None };
    let proofs = crate::adoptions::receipts::proofs(db, who.tenant, id).await?;
    let recorded: Vec<Uuid> = deliveries.iter().map(|d| d.id).collect();
    let photos = files::of(db, who.tenant, actions::DELIVERY_FILES, &recorded).await?;
    let all = trades::all(db, who.tenant, l).await?;
    let stated = diligence::statement(db, who.tenant, id).await?.map(|said| {
        let title = all.into_iter().find(|t| t.key == said.trade).map(|t| t.title);
        (said, title)
    });
    let findings = diligence::findings(db, who.tenant, id).await?;
    let team = crate::adoptions::known::team(db, who.tenant, &seen.proposal).await?;
    let notice = notice::of(db, who.tenant, id).await?;
    let objected = seen.row.state == AdoptionState::InNotice && notice::is_objected(db, who.tenant, id).await?;
    let account = who.account();
    let conditions = Conditions::of(db, who, &seen).await?;
    let first = crate::adoptions::first_delivery::of(db, who.tenant, id).await?;
    let bars = match seen.standing.sponsor || seen.standing.office {
        true => crate::adoptions::bars::of(db, who.tenant, id).await?,
        false => Vec::new(),
    };
    Ok(Read {
        first,
        bars,
        conditions,
        photos,
        proofs,
        after,
        seen,
        agreement,
        deliveries,
        sponsor,
        houses,
        people,
        account,
        place,
        stated,
        findings,
        team,
        notice,
        objected,
    })
}

/// The organisations that receive something, and those that adopt along.
pub(super) fn receivers(seen: &Seen) -> Vec<Uuid> {
    let partners = seen.partners.iter().map(|partner| partner.organization_id);
    let recipients = seen.lines.iter().filter_map(|l| l.line.recipient_id);
    recipients.chain(seen.proposal.organization_id).chain(partners).collect()
}

fn stepper(l: Locale, read: &Read) -> Stepper {
    const STEPS: [&str; 9] =
        ["interested", "held", "agreement", "signing", "in-notice", "active", "delivered", "acknowledged", "closed"];
    let row = &read.seen.row;
    let place = match row.state {
        AdoptionState::Interested | AdoptionState::Queued | AdoptionState::Offered => 0,
        AdoptionState::Held => 1,
        AdoptionState::Agreement => 2,
        AdoptionState::Signing => 3,
        AdoptionState::InNotice => 4,
        AdoptionState::Active | AdoptionState::PartiallyDelivered => 5,
        AdoptionState::Delivered => 7,
        AdoptionState::Acknowledged => 8,
        AdoptionState::Closed => 9,
        AdoptionState::HardshipReleased | AdoptionState::Terminated | AdoptionState::Released => 5,
        AdoptionState::Lapsed if row.activated_at.is_some() => 5,
        // An adoption that ended early keeps the place which it had reached.
        AdoptionState::Declined | AdoptionState::Lapsed | AdoptionState::Withdrawn if row.held_until.is_some() => 1,
        AdoptionState::Declined | AdoptionState::Lapsed | AdoptionState::Withdrawn => 0,
    };
    let mut stepper = Stepper::linear(STEPS.map(|s| l.t(&format!("step-adoption-{s}"))), place);
    let settled = read.after.as_ref().and_then(|after| after.settlement.as_ref());
    let reached = [
        Some(row.created_at),
        None,
        None,
        None,
        None,
        row.activated_at,
        settled.map(|s| s.delivered_at),
        settled.and_then(|s| s.thanked_at),
        settled.and_then(|s| s.closed_at),
    ];
    for (step, at) in stepper.steps.iter_mut().zip(reached) {
        step.when = at.map(|at| Moment::day(l, at));
    }
    let early = [
        AdoptionState::Declined,
        AdoptionState::Lapsed,
        AdoptionState::Withdrawn,
        AdoptionState::HardshipReleased,
        AdoptionState::Terminated,
        AdoptionState::Released,
    ];
    if early.contains(&row.state) {
        for step in stepper.steps.iter_mut().skip(place + 1) {
            step.status = crate::http::components::StepStatus::Skipped;
        }
    }
    if !notice::needed(&read.seen.lines) {
        stepper.steps.remove(4);
    }
    stepper
}

/// Whom everything waits for, and what the reader can do now.
fn next(l: Locale, read: &Read, now: i64) -> NextStep {
    let (row, standing) = (&read.seen.row, &read.seen.standing);
    let at = |verb: &str| format!("/adoptions/{}/{verb}", row.id);
    let link = |key: &str, verb: &str| ActionButton::link(l.t(key), at(verb)).primary();
    let turn = |key: &str, button: ActionButton| (Tone::Active, l.t(key), vec![button]);
    let wait = |key: &str| (Tone::Attention, l.t(key), Vec::new());
    let place = read.place.unwrap_or_default().to_string();
    let (tone, text, mut buttons) = match row.state {
        AdoptionState::Queued if row.checked_at.is_none() && standing.office => {
            turn("next-adoption-check-queued", link("adoption-check", "check"))
        }
        AdoptionState::Interested | AdoptionState::Queued if asked(read) => {
            turn("next-adoption-partner", link("partner-answer", "partners"))
        }
        AdoptionState::Queued => (Tone::Neutral, l.t1("next-adoption-queued", "place", place), Vec::new()),
        AdoptionState::Offered if standing.signatory => {
            let take = ActionButton::post(l.t("offer-take"), at("take-offer")).primary();
            turn("next-adoption-offered", take.with("_version", row.version))
        }
        AdoptionState::Offered => wait("next-adoption-offered-wait"),
        AdoptionState::Interested if row.checked_at.is_none() && standing.office => {
            turn("next-adoption-check", link("adoption-check", "check"))
        }
        AdoptionState::Interested if row.checked_at.is_none() => wait("next-adoption-check-wait"),
        AdoptionState::Interested if standing.signatory => turn("next-adoption-hold", link("hold-title", "hold")),
        AdoptionState::Interested => wait("next-adoption-hold-wait"),
        AdoptionState::Held if standing.office || standing.sponsor => {
            let draft = ActionButton::post(l.t("agreement-draft"), at("agreement/draft")).primary();
            turn("next-adoption-draft", draft.with("_version", row.version))
        }
        AdoptionState::Held => wait("next-adoption-draft-wait"),
        AdoptionState::Agreement if standing.office || standing.sponsor => {
            turn("next-adoption-terms", link("agreement-edit", "agreement"))
        }
        AdoptionState::Agreement => wait("next-adoption-terms-wait"),
        AdoptionState::Signing => signing(l, read, link("agreement-confirm", "agreement")),
        AdoptionState::InNotice => match &read.notice {
            Some(public_notice::Model { held_at: Some(_), held_reason, .. }) => {
                let reason = held_reason.clone().unwrap_or_default();
                (Tone::Attention, l.t1("next-adoption-notice-held", "reason", reason), Vec::new())
            }
            _ if read.objected => wait("next-adoption-objected"),
            _ => wait("next-adoption-in-notice"),
        },
        AdoptionState::Active | AdoptionState::PartiallyDelivered if waits_for(read) => {
            (Tone::Active, l.t("next-adoption-receive"), Vec::new())
        }
        AdoptionState::Active | AdoptionState::PartiallyDelivered
            if standing.sponsor || may_record(standing, &read.seen) =>
        {
            turn("next-adoption-deliver", link("delivery-record", "deliver"))
        }
        AdoptionState::Active | AdoptionState::PartiallyDelivered => wait("next-adoption-deliver-wait"),
        AdoptionState::Delivered if standing.team => turn("next-adoption-thank", link("thanks-write", "thanks")),
        AdoptionState::Delivered => (Tone::Good, l.t("next-adoption-delivered"), Vec::new()),
        AdoptionState::Acknowledged if standing.office || standing.team => {
            turn("next-adoption-settle", link("surplus-decide", "surplus"))
        }
        AdoptionState::Acknowledged => wait("next-adoption-settle-wait"),
        AdoptionState::Closed => (Tone::Good, l.t("next-adoption-closed"), Vec::new()),
        AdoptionState::HardshipReleased => (Tone::Neutral, l.t("next-adoption-hardship"), Vec::new()),
        AdoptionState::Terminated => (Tone::Bad, l.t("next-adoption-terminated"), Vec::new()),
        AdoptionState::Released => (Tone::Neutral, l.t("next-adoption-released"), Vec::new()),
        AdoptionState::Declined => (Tone::Bad, l.t("next-adoption-declined"), Vec::new()),
        AdoptionState::Lapsed if row.activated_at.is_some() => {
            (Tone::Bad, l.t("next-adoption-lapsed-late"), Vec::new())
        }
        AdoptionState::Lapsed => (Tone::Bad, l.t("next-adoption-lapsed"), Vec::new()),
        AdoptionState::Withdrawn => (Tone::Bad, l.t("next-adoption-withdrawn"), Vec::new()),
    };
    if standing.signatory && crate::adoptions::RESERVED.contains(&row.state) && !row.extended {
        buttons.push(extend(l, read));
    }
    let due = row.held_until.filter(|_| reserves(row.state)).map(|until| Moment::due(l, until, now, None));
    let heading = text.trim_end_matches(['。', '.']).to_string();
    NextStep { tone, heading, text: String::new(), due, buttons }
}

/// Whether the reader is asked to adopt along and has not answered.
fn asked(read: &Read) -> bool {
    let mine = |id: &Uuid| read.seen.standing.partner_of.contains(id);
    read.seen.partners.iter().any(|p| p.state == PartnerState::Invited && mine(&p.organization_id))
}

fn extend(l: Locale, read: &Read) -> ActionButton {
    let row = &read.seen.row;
    ActionButton::post(l.t("hold-extend"), format!("/adoptions/{}/extend", row.id))
        .with("_version", row.version)
        .confirm(Confirm {
            title: l.t("hold-extend-title"),
            text: l.t("hold-extend-text"),
            points: Vec::new(),
            ok: l.t("hold-extend-ok"),
        })
}

fn signing(l: Locale, read: &Read, confirm: ActionButton) -> (Tone, String, Vec<ActionButton>) {
    let given = read.agreement.as_ref().map(|(_, given)| given.as_slice()).unwrap_or_default();
    if signers::signable(&read.seen, given).is_empty() {
        let names = signers::missing(l, &read.seen, given, &read.houses);
        let text = l.t1("next-adoption-sign-wait", "parties", names.join(&l.t("list-comma")));
        return (Tone::Attention, text, Vec::new());
    }
    (Tone::Active, l.t("next-adoption-sign"), vec![confirm])
}

fn may_record(standing: &Standing, seen: &Seen) -> bool {
    seen.lines.iter().any(|l| l.outstanding() > 0 && !standing.sides(&l.line).is_empty())
}

/// Whether a recorded delivery waits for the reader.
fn waits_for(read: &Read) -> bool {
    read.deliveries.iter().any(|d| answerable(read, d))
}

fn answerable(read: &Read, row: &delivery::Model) -> bool {
    let line = read.seen.lines.iter().find(|l| l.commitment.id == row.commitment_id);
    let sides = line.map(|l| read.seen.standing.sides(&l.line)).unwrap_or_default();
    row.state == DeliveryState::Recorded && may_answer(row, &sides, read.account).is_ok()
}

/// Acts beside the next step.
fn more(l: Locale, seen: &Seen, notice: Option<&public_notice::Model>) -> Vec<ActionButton> {
    let (row, standing) = (&seen.row, &seen.standing);
    let at = |verb: &str| format!("/adoptions/{}/{verb}", row.id);
    let mut more = Vec::new();
    let unheld = matches!(row.state, AdoptionState::Interested | AdoptionState::Queued);
    let early = unheld || matches!(row.state, AdoptionState::Offered | AdoptionState::Held | AdoptionState::Agreement);
    let again = matches!(row.state, AdoptionState::Interested | AdoptionState::Held | AdoptionState::Agreement);
    if again && row.checked_at.is_some() && standing.office {
        more.push(ActionButton::link(l.t("adoption-check"), at("check")).icon("shield-check"));
    }
    if RUNNING.contains(&row.state) && !standing.sponsor && may_record(standing, seen) {
        more.push(ActionButton::link(l.t("delivery-record"), at("deliver")).icon("package"));
    }
    if standing.signatory && crate::adoptions::RESERVED.contains(&row.state) {
        more.push(ActionButton::link(l.t("hold-reduce"), at("reduce")));
    }
    if row.activated_at.is_some() {
        more.push(papers::buttons::pdf(l.t("statement-pdf"), at("statement.pdf")));
    }
    if row.state == AdoptionState::InNotice && standing.office {
        let held = notice.is_some_and(|n| n.held_at.is_some());
        let (key, verb) = match held {
            true => ("adoption-notice-resume", "notice/resume"),
            false => ("adoption-notice-hold", "notice/hold"),
        };
        more.push(ActionButton::link(l.t(key), at(verb)));
    }
    if !seen.partners.is_empty() || (standing.signatory && unheld && row.checked_at.is_none()) {
        more.push(ActionButton::link(l.t("partners"), at("partners")).icon("users"));
    }
    if standing.office && (early || row.state == AdoptionState::InNotice) {
        more.push(ActionButton::link(l.t("adoption-decline"), at("decline")).look(Look::Danger));
    }
    if (standing.signatory || (standing.sponsor && unheld)) && (early || row.state == AdoptionState::Signing) {
        more.push(ActionButton::link(l.t("adoption-withdraw"), at("withdraw")).look(Look::Danger));
    }
    more
}

fn lines(l: Locale, read: &Read) -> Table {
    line_table(l, &read.seen, &read.houses)
}

/// What is taken on, line by line.
pub(super) fn line_table(l: Locale, seen: &Seen, houses: &HashMap<Uuid, String>) -> Table {
    let columns = ["line", "agreed", "delivered", "line-due", "receiver"]
        .map(|c| Column::new(l.t(&format!("adoption-column-{c}"))));
    let mut table =
        Table::new(l.t("adoption-lines"), columns.into(), EmptyState::new("hands", l.t("nothing"), String::new()));
    for line in &seen.lines {
        let quantity = |n: i64| Cell::Number(l.t2("quantity", "n", n, "unit", &line.line.unit));
        let kind = l.t(&format!("choice-kind-{}", line.line.kind.as_str()));
        table.row(vec![
            Cell::Text(l.t2("coverage-line", "kind", kind, "title", &line.line.title)),
            quantity(line.commitment.quantity),
            quantity(line.commitment.delivered),
            Cell::date(line.due_on()),
            match line.line.recipient_id.or(seen.proposal.organization_id).and_then(|id| houses.get(&id)) {
                Some(name) => Cell::text(name),
                None => Cell::Text(l.t("adoption-to-team")),
            },
        ]);
    }
    table
}

fn deliveries(l: Locale, read: &Read) -> Table {
    let columns = ["line", "quantity", "on", "evidence", "files", "state"]
        .map(|c| Column::new(l.t(&format!("delivery-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("delivery-empty"), l.t("delivery-record-lead"));
    let mut table = Table::new(l.t("delivery-list"), columns.into(), empty);
    for row in &read.deliveries {
        let Some(line) = read.seen.lines.iter().find(|l| l.commitment.id == row.commitment_id) else { continue };
        let side = match row.recorded_side {
            Side::Sponsor => "delivery-side-sponsor",
            Side::Receiver => "delivery-side-receiver",
        };
        let state = if answerable(read, row) {
            let confirm = ActionButton::post(l.t("delivery-confirm"), format!("/deliveries/{}/confirm", row.id));
            let dispute = ActionButton::link(l.t("delivery-dispute"), format!("/deliveries/{}/dispute", row.id));
            Cell::Buttons(vec![confirm.with("_version", row.version).primary(), dispute])
        } else {
            let (key, tone) = match row.state {
                DeliveryState::Recorded => ("recorded", Tone::Attention),
                DeliveryState::Confirmed => ("confirmed", Tone::Good),
                DeliveryState::Disputed => ("disputed", Tone::Bad),
            };
            Cell::State(StateBadge::of(l, "delivery", key, tone))
        };
        let mut evidence = proof_words(l, line, read.proofs.get(&row.id));
        evidence.extend(Some(row.evidence.clone()).filter(|text| !text.is_empty()));
        evidence.push(l.t(side));
        evidence.extend(row.reason.as_ref().map(|reason| l.t1("history-reason", "reason", reason)));
        table.row(vec![
            Cell::text(&line.line.title),
            Cell::Number(l.t2("quantity", "n", row.quantity, "unit", &line.line.unit)),
            Cell::date(&row.delivered_on),
            Cell::List(evidence),
            photos(l, read, line, row),
            state,
        ]);
    }
    table
}

/// The photos and scans of a delivery, and the way to add one.
fn photos(l: Locale, read: &Read, line: &Committed, row: &delivery::Model) -> Cell {
    let own = read.photos.iter().filter(|f| f.owner_id == row.id);
    let mut buttons: Vec<ActionButton> = own
        .map(|f| ActionButton::link(&f.name, format!("/deliveries/{}/files/{}", row.id, f.id)).look(Look::Quiet))
        .collect();
    let takes = row.state != DeliveryState::Disputed && read.seen.row.state != AdoptionState::Closed;
    if takes && !read.seen.standing.sides(&line.line).is_empty() {
        buttons.push(ActionButton::link(l.t("delivery-file-add"), format!("/deliveries/{}/files", row.id)));
    }
    if buttons.is_empty() { Cell::Nothing } else { Cell::Buttons(buttons) }
}

/// What proves a delivery, each answer with its question.
fn proof_words(l: Locale, line: &Committed, facts: Option<&serde_json::Value>) -> Vec<String> {
    let words = FieldWords::host(l, "field-delivery");
    let said = crate::adoptions::proofs::fields(&line.line).into_iter().filter_map(|field| {
        let answer = words.said(&field, &facts?[&field.key])?;
        Some(l.t2("proof-said", "label", words.label(&field), "answer", answer))
    });
    said.collect()
}

fn facts(l: Locale, read: &Read) -> Facts {
    let (row, proposal) = (&read.seen.row, &read.seen.proposal);
    let team = proposal.organization_id.and_then(|id| read.houses.get(&id));
    let mut facts = Facts::new()
        .fact(l.t("adoption-fact-sponsor"), Cell::text(&read.sponsor))
        .fact(l.t("known-label"), Cell::State(label(l, row)))
        .fact(l.t("adoption-fact-project"), Cell::link(&proposal.title, format!("/proposals/{}/needs", proposal.id)))
        .fact(l.t("adoption-fact-team"), team.map_or_else(|| Cell::Text(l.t("adoption-to-team")), Cell::text))
        .fact(
            l.t("adoption-fact-message"),
            if row.message.is_empty() { Cell::Nothing } else { Cell::text(&row.message) },
        );
    if let (Some(place), Some(line)) = (read.place, read.seen.lines.first()) {
        let values = [
            ("place", place.to_string().text_value()),
            ("line", line.line.title.text_value()),
            ("n", line.commitment.quantity.text_value()),
            ("unit", line.line.unit.text_value()),
        ];
        facts = facts.fact(l.t("adoption-fact-place"), Cell::Text(t(l, "adoption-place", &values)));
    }
    let standing = &read.seen.standing;
    if standing.sponsor || standing.reads {
        let related = if row.related_party { "adoption-related-yes" } else { "adoption-related-no" };
        facts = facts
            .fact(l.t("adoption-fact-related"), Cell::Text(l.t(related)))
            .fact(l.t("adoption-fact-promotion"), Cell::Text(l.t("adoption-promotion-clean")))
            .fact(l.t("adoption-fact-checked"), Cell::Text(checked(l, read)));
        if let Some((said, trade)) = &read.stated {
            facts = stated(l, facts, said, trade.as_deref());
        }
    }
    facts = super::bars::facts(l, facts, read.first.as_ref(), &read.bars);
    if let Some(reason) = &row.reason {
        facts = facts.fact(l.t("adoption-fact-reason"), Cell::text(reason));
    }
    if row.activated_at.is_some() {
        let named = if row.named { "adoption-named" } else { "adoption-anonymous" };
        facts = facts.fact(l.t("adoption-fact-named"), Cell::Text(l.t(named)));
    }
    facts
}

fn checked(l: Locale, read: &Read) -> String {
    let row = &read.seen.row;
    match (row.checked_at, &row.check_note) {
        (Some(at), Some(note)) => {
            let name = row.checked_by.and_then(|id| read.people.get(&id)).cloned().unwrap_or_default();
            let values =
                [("name", name.text_value()), ("day", local_day(at).text_value()), ("note", note.text_value())];
            t(l, "adoption-checked-by", &values)
        }
        _ => l.t("adoption-not-checked"),
    }
}

/// The crumbs of a page below this one.
pub(super) fn below(shell: Shell, seen: &Seen, label: &str) -> Shell {
    let label = shell.t(label);
    crumbs(shell, seen).titled(label)
}
