use super::{Round, queries};
use crate::calls::api::OFFICE;
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Paging, Path, Routes};
use crate::proposals::ProposalState;
use crate::reviews::model::points;
use crate::reviews::pages::{office_call, under};
use crate::reviews::views;
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.page(Method::GET, "/office/calls/{id}/second-round", OFFICE, form).page(
        Method::POST,
        "/office/calls/{id}/second-round",
        OFFICE,
        start,
    )
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    call: &call::Model,
    typed: Option<&Form>,
) -> Result<FormPage, Refusal> {
    if queries::started(app.db.read(), who.tenant, call.id).await? {
        return Err(Refusal::of("second-round-once", "M3"));
    }
    let best = Paging { cursor: None, limit: Some(100) };
    let ranked = views::ranking(app, who, call.id, &best).await?;
    let picked = |value: &str| typed.is_some_and(|form| form.0.iter().any(|(at, id)| at == "proposals" && id == value));
    let mut proposals = FormField::plain("proposals", shell.t("second-round-proposals"), Control::Checks);
    proposals.help = Some(shell.t("second-round-proposals-help"));
    proposals.options = ranked
        .items
        .into_iter()
        .filter(|line| line.state == ProposalState::UnderReview)
        .map(|line| OptionView {
            selected: picked(&line.proposal_id.to_string()),
            value: line.proposal_id.to_string(),
            label: match line.score {
                Some(score) => shell.t2("round-proposal", "title", line.title, "score", points(score)),
                None => line.title,
            },
        })
        .collect();
    let mut weight = FormField::plain("weight", shell.t("second-round-weight"), Control::Number);
    weight.value = typed.map_or_else(|| "50".to_string(), |form| form.text("weight").to_string());
    (weight.min, weight.max, weight.required) = (Some(1), Some(100), true);
    weight.help = Some(shell.t("second-round-weight-help"));
    let back = format!("/office/calls/{}/deliberation", call.id);
    let form = FormView::plain(format!("/office/calls/{}/second-round", call.id), vec![proposals, weight])
        .with("_version", call.version)
        .submit(shell.t("second-round-start"))
        .cancel(shell.t("leave-form"), back);
    let (heading, lead) = (shell.t("second-round"), shell.t("second-round-lead"));
    Ok(FormPage { shell: under(shell, call, &heading), heading, lead, form })
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    Ok(Page::new(page(&app, &who, shell, &call, None).await?))
}

async fn start(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let chosen = form.0.iter().filter(|(at, _)| at == "proposals");
    let proposals = chosen.filter_map(|(_, value)| Uuid::parse_str(value).ok()).collect();
    let begun = match form.text("weight").parse() {
        Ok(weight) => super::start(&app, &who, &form.command(acting), id, Round { proposals, weight }).await,
        Err(_) => Err(Refusal::field("weight", FieldProblem::WrongType)),
    };
    match begun {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/reviews"), "flash-second-round").into_response()),
        Err(refusal) => {
            let call = office_call(&app, &who, id).await?;
            let mut page = page(&app, &who, shell, &call, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
