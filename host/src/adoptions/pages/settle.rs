//! Forms for thanks and for what is left over.

use super::asks::{choice, respond, text};
use super::show::below;
use crate::adoptions::actions;
use crate::adoptions::queries::find_visible;
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::Shell;
use crate::http::preferences::done;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use twoway_entity::fulfilment::Surplus;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/thanks", Access::SignedIn, thanks_form)
        .page(Method::POST, "/adoptions/{id}/thanks", Access::SignedIn, thanks)
        .page(Method::GET, "/adoptions/{id}/surplus", Access::SignedIn, surplus_form)
        .page(Method::POST, "/adoptions/{id}/surplus", Access::SignedIn, surplus)
}

async fn thanks_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    if !seen.standing.team {
        return Err(Refusal::NotAllowed);
    }
    let l = shell.locale;
    let mut fields = vec![text("thanks", l.t("field-thanks"), form.text("thanks"))];
    // Who did not agree to be named is thanked in private; there is nothing to choose.
    if seen.row.named {
        let mut public = FormField::plain("public", l.t("field-thanks-public"), Control::Checkbox);
        public.value = form.text("public").to_string();
        fields.push(public);
    }
    let view = FormView::plain(format!("/adoptions/{id}/thanks"), fields)
        .with("_version", seen.row.version)
        .submit(l.t("thanks-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let lead = l.t(if seen.row.named { "thanks-lead" } else { "thanks-lead-private" });
    respond(below(shell, &seen, "thanks-write"), "thanks-write", lead, view, refusal)
}

async fn thanks_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    thanks_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

async fn thanks(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let public = form.text("public") == "true";
    match actions::thank(&app, &who, &form.command(acting), id, form.text("thanks"), public).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-thanked").into_response()),
        Err(refusal) => thanks_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}

async fn surplus_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    if !(seen.standing.team || seen.standing.office) {
        return Err(Refusal::NotAllowed);
    }
    let l = shell.locale;
    let agreement = crate::adoptions::queries::agreement(db, who.tenant, id).await?;
    let rule = agreement.and_then(|(a, _)| a.terms["surplus"].as_str().map(str::to_string)).unwrap_or_default();
    let ways = [Surplus::Nothing, Surplus::Agreement, Surplus::Office];
    let ways = ways.into_iter().filter(|how| *how != Surplus::Office || seen.standing.office);
    let options = ways.map(|how| (how.as_str().to_string(), l.t(&format!("choice-how-{}", how.as_str())))).collect();
    let mut words = text("text", l.t("field-surplus-text"), form.text("text"));
    words.required = false;
    words.help = Some(l.t("field-surplus-text-help"));
    let fields = vec![choice("how", l.t("field-surplus-how"), options, form.text("how")), words];
    let view = FormView::plain(format!("/adoptions/{id}/surplus"), fields)
        .with("_version", seen.row.version)
        .submit(l.t("surplus-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let lead = l.t1("surplus-lead", "rule", rule);
    respond(below(shell, &seen, "surplus-decide"), "surplus-decide", lead, view, refusal)
}

async fn surplus_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    surplus_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

async fn surplus(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let decided = async {
        let how = match form.text("how") {
            "nothing" => Surplus::Nothing,
            "agreement" => Surplus::Agreement,
            "office" => Surplus::Office,
            _ => return Err(Refusal::field("how", FieldProblem::Missing)),
        };
        actions::decide_surplus(&app, &who, &form.command(acting), id, how, form.text("text")).await
    };
    match decided.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-surplus-decided").into_response()),
        Err(refusal) => surplus_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}
