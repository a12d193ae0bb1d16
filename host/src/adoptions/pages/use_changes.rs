//! Changes of use: the lead asks and takes back on the line's page, each sponsor answers on its own.

use super::asks::{agree_or_not, respond, text, yes_or_no};
use super::fulfilment::change_badge;
use super::show::below;
use crate::adoptions::fulfilment::{self, Change};
use crate::adoptions::queries::{find_visible, organizations};
use crate::adoptions::{FROZEN, actions};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, Pager, Table};
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::usual::{ListPage, reason_form};
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who, needs};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use twoway_entity::needs::need_line;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/needs/{id}/use", Access::SignedIn, show)
        .page(Method::GET, "/needs/{id}/use/new", Access::SignedIn, ask_form)
        .page(Method::POST, "/needs/{id}/use/new", Access::SignedIn, ask)
        .page(Method::GET, "/use-changes/{id}/answer/{adoption}", super::SPONSOR, answer_form)
        .page(Method::POST, "/use-changes/{id}/answer/{adoption}", super::SPONSOR, answer)
        .page(Method::GET, "/use-changes/{id}/withdraw", Access::SignedIn, withdraw_form)
        .page(Method::POST, "/use-changes/{id}/withdraw", Access::SignedIn, withdraw)
}

/// The line, if the reader may see all that is said about its use.
async fn line_of(app: &App, who: &Who, id: Uuid) -> Result<(need_line::Model, proposal::Model), Refusal> {
    let db = app.db.read();
    let (line, seen) = needs::queries::find_visible(db, who, id).await?;
    if actions::sees_changes(db, who, &seen.row).await? { Ok((line, seen.row)) } else { Err(Refusal::NotAllowed) }
}

fn crumbs(shell: Shell, of: &proposal::Model) -> Shell {
    let list = shell.t("needs");
    shell.crumb(of.title.clone(), format!("/proposals/{}", of.id)).crumb(list, format!("/proposals/{}/needs", of.id))
}

/// All changes of a line's use, with who has answered what.
async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let (line, of) = line_of(&app, &who, id).await?;
    let db = app.db.read();
    let found = fulfilment::changes(db, who.tenant, &[id]).await?;
    let asked: Vec<Uuid> = found.iter().flat_map(|c| &c.consents).map(|s| s.organization_id).collect();
    let names = organizations(db, who.tenant, asked).await?;
    let leads = actions::leads(db, &who, &of).await?;
    let l = shell.locale;
    let columns =
        ["new-use", "state", "answers", "until", "do"].map(|c| Column::new(l.t(&format!("fulfilment-column-{c}"))));
    let empty = EmptyState::new("folder", l.t("use-change-empty"), l.t("use-change-lead"));
    let mut table = Table::new(l.t("use-change-list"), columns.into(), empty);
    for Change { row, consents } in &found {
        let answers = consents.iter().map(|c| {
            let key = match c.agreed {
                Some(true) => "use-change-yes-of",
                Some(false) => "use-change-no-of",
                None => "use-change-nothing-of",
            };
            let name = names.get(&c.organization_id).map(|o| o.name.clone()).unwrap_or_default();
            l.t2(key, "name", name, "note", c.note.clone().unwrap_or_default())
        });
        let back = ActionButton::link(l.t("use-change-withdraw"), format!("/use-changes/{}/withdraw", row.id));
        table.row(vec![
            Cell::List(vec![row.new_use.clone(), row.reason.clone()]),
            Cell::State(change_badge(l, row.state)),
            Cell::List(answers.collect()),
            Cell::When(Moment::day(l, row.due_at)),
            if leads && FROZEN.contains(&row.state) { Cell::Buttons(vec![back]) } else { Cell::Nothing },
        ]);
    }
    let open = found.iter().any(Change::freezes);
    let ask = ActionButton::link(l.t("use-change-ask"), format!("/needs/{id}/use/new")).primary();
    let heading = l.t1("use-change-title", "line", &line.title);
    let pager = Pager { first: None, next: None, shown: found.len(), total: None };
    Ok(Page::new(ListPage {
        lead: l.t("use-change-lead"),
        buttons: if leads && !open { vec![ask] } else { Vec::new() },
        filters: Vec::new(),
        table,
        pager,
        shell: crumbs(shell, &of).titled(heading.clone()),
        heading,
    }))
}

async fn ask_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let (line, of) = line_of(app, who, id).await?;
    let l = shell.locale;
    let fields = vec![
        text("new_use", l.t("field-use-change-new-use"), form.text("new_use")),
        text("reason", l.t("field-adoption-reason"), form.text("reason")),
    ];
    let back = format!("/needs/{id}/use");
    let view =
        FormView::plain(format!("{back}/new"), fields).submit(l.t("use-change-submit")).cancel(l.t("cancel"), &back);
    let shell = crumbs(shell, &of).crumb(l.t1("use-change-title", "line", &line.title), back);
    let lead = l.t("use-change-lead");
    respond(shell.titled(l.t("use-change-ask")), "use-change-ask", lead, view, refusal)
}

async fn ask_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    ask_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

async fn ask(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let command = form.command(acting);
    match actions::ask_use_change(&app, &who, &command, id, form.text("new_use"), form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/needs/{id}/use"), "flash-use-change-asked").into_response()),
        Err(refusal) => ask_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}

async fn answer_page(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, adoption): (Uuid, Uuid),
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, adoption).await?;
    let change = fulfilment::change(db, who.tenant, id).await?;
    if change.consent_of(adoption).is_none() || !seen.standing.sponsor {
        return Err(Refusal::NotFound);
    }
    let l = shell.locale;
    let mut note = text("note", l.t("field-ask-answer"), form.text("note"));
    note.required = false;
    note.help = Some(l.t("field-ask-answer-help"));
    let view = FormView::plain(
        format!("/use-changes/{id}/answer/{adoption}"),
        vec![agree_or_not(&shell, form.text("agreed")), note],
    )
    .with("_version", change.row.version)
    .submit(l.t("use-change-answer"))
    .cancel(l.t("cancel"), format!("/adoptions/{adoption}"));
    let lead = l.t2("use-change-answer-lead", "use", &change.row.new_use, "reason", &change.row.reason);
    respond(below(shell, &seen, "use-change-answer"), "use-change-answer", lead, view, refusal)
}

async fn answer_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(ids): Path<(Uuid, Uuid)>,
    shell: Shell,
) -> Result<Response, Refusal> {
    answer_page(&app, &who, shell, ids, &Form(Vec::new()), None).await
}

async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((id, adoption)): Path<(Uuid, Uuid)>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let answered = async {
        let agreed = yes_or_no(&form)?;
        actions::answer_use_change(&app, &who, &form.command(acting), id, adoption, agreed, form.text("note")).await
    };
    match answered.await {
        Ok(_) => Ok(done(&format!("/adoptions/{adoption}"), "flash-use-change-answered").into_response()),
        Err(refusal) => answer_page(&app, &who, shell, (id, adoption), &form, Some(refusal)).await,
    }
}

async fn withdraw_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let change = fulfilment::change(app.db.read(), who.tenant, id).await?;
    let (line, of) = line_of(app, who, change.row.line_id).await?;
    let l = shell.locale;
    let back = format!("/needs/{}/use", line.id);
    let view = reason_form(&shell, &format!("/use-changes/{id}/withdraw"), &back, typed)
        .with("_version", change.row.version)
        .submit(l.t("use-change-withdraw"));
    let shell = crumbs(shell, &of).crumb(l.t1("use-change-title", "line", &line.title), back);
    let lead = l.t("use-change-withdraw-lead");
    respond(shell.titled(l.t("use-change-withdraw")), "use-change-withdraw", lead, view, refusal)
}

async fn withdraw_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    withdraw_page(&app, &who, shell, id, "", None).await
}

async fn withdraw(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let line = fulfilment::change(app.db.read(), who.tenant, id).await?.row.line_id;
    let reason = form.text("reason");
    match actions::withdraw_use_change(&app, &who, &form.command(acting), id, reason).await {
        Ok(_) => Ok(done(&format!("/needs/{line}/use"), "flash-use-change-withdrawn").into_response()),
        Err(refusal) => withdraw_page(&app, &who, shell, id, reason, Some(refusal)).await,
    }
}
