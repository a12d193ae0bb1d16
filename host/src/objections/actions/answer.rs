use super::super::model::{LONGEST, LONGEST_PUBLIC, said};
use super::super::rules::{self, REVIEW_DAYS};
use super::super::state::{ObjectionEvent, ObjectionMachine, Outcome, Target};
use super::super::{evidence, handlers, identity};
use super::{
    advance, for_office, in_workdays, may_cause, none, release_item, set_clock, stop_clock, tell_objector, write,
};
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who, lint};
use sea_orm::sea_query::Expr;
use serde::Deserialize;
use serde_json::json;
use twoway_entity::objections::objection;
use twoway_entity::objections::objection::Column as C;
use twoway_ids::Uuid;

/// What was found, and what it means for the item.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ObjectionAnswer)]
pub struct AnswerInput {
    /// `upheld` or `rejected`.
    #[schema(value_type = String, example = "rejected")]
    pub result: Outcome,
    /// The whole answer, for who filed it.
    pub answer: String,
    /// Why the item goes back, when it does: its parties read this, so it must not tell who filed the objection.
    #[serde(default)]
    pub why: String,
}

/// What those are told whose item goes back.
async fn why(app: &App, row: &objection::Model, input: &AnswerInput) -> Result<String, Refusal> {
    if input.result != Outcome::Upheld || row.target == Target::Project {
        return Ok(String::new());
    }
    let why = said("why", &input.why, LONGEST_PUBLIC)?;
    lint::no_account_number(&why)?;
    tells_nobody(app, row, &why).await?;
    Ok(why)
}

/// Refuses a text for others that would tell who filed the objection, or what its files are called.
///
/// Errors: `objection-answer-tells-who`, `objection-answer-names-file` (P3).
async fn tells_nobody(app: &App, row: &objection::Model, text: &str) -> Result<(), Refusal> {
    if rules::tells_who(text, &identity::open(&app.keys, row)?) {
        return Err(Refusal::of("objection-answer-tells-who", "P3"));
    }
    if rules::names_a_file(text, &evidence::names(app, row).await?) {
        return Err(Refusal::of("objection-answer-names-file", "P3"));
    }
    Ok(())
}

/// The first answer. What is upheld goes back at once; what is rejected holds its item until who filed it takes the answer, or the time
/// to ask for a second look is over.
pub async fn answer(app: &App, who: &Who, command: &Command, id: Uuid, input: AnswerInput) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::Answer).await?;
    rules::handles(row.handler_id, who.account())?;
    // What was learnt since the assignment counts too.
    handlers::unconcerned(app, &row, row.handler_id.unwrap_or_default(), false).await?;
    let text = said("answer", &input.answer, LONGEST)?;
    let why = why(app, &row, &input).await?;
    let sealed = identity::seal_answer(&app.keys, &row, "answer", &text)?;
    let until = in_workdays(app, who, REVIEW_DAYS).await?;
    app.act(who, command, move |step| async move {
        let upheld = input.result == Outcome::Upheld;
        let state = advance(&step, &row, ObjectionEvent::Answer, json!({ "result": input.result })).await?;
        let due = if upheld { none::<i64>() } else { Expr::value(until) };
        let set = [
            (C::Result, Expr::value(input.result)),
            (C::Answer, Expr::value(sealed)),
            (C::AnsweredAt, Expr::value(step.now())),
            (C::DueAt, due),
        ];
        write(&step, id, set).await?;
        let mut version = row.version + 1;
        if upheld {
            let answered = objection::Model { state, version, ..row.clone() };
            advance(&step, &answered, ObjectionEvent::Accept, json!({})).await?;
            version += 1;
            stop_clock(&step, id).await?;
            release_item(&step, &row, true, &why).await?;
        } else {
            set_clock(&step, id, until).await?;
        }
        tell_objector(&step, &row, "notice-objection-answered", json!({})).await?;
        Ok(Done { id, version })
    })
    .await
}

/// The second answer, by another person; it is the last one.
pub async fn answer_finally(
    app: &App,
    who: &Who,
    command: &Command,
    id: Uuid,
    input: AnswerInput,
) -> Result<Done, Refusal> {
    let row = may_cause(app, who, command, id, ObjectionEvent::AnswerFinally).await?;
    rules::handles(row.second_handler_id, who.account())?;
    handlers::unconcerned(app, &row, row.second_handler_id.unwrap_or_default(), true).await?;
    let text = said("answer", &input.answer, LONGEST)?;
    let why = why(app, &row, &input).await?;
    let sealed = identity::seal_answer(&app.keys, &row, "second-answer", &text)?;
    app.act(who, command, move |step| async move {
        advance(&step, &row, ObjectionEvent::AnswerFinally, json!({ "result": input.result })).await?;
        let set = [
            (C::Result, Expr::value(input.result)),
            (C::SecondAnswer, Expr::value(sealed)),
            (C::SecondAnsweredAt, Expr::value(step.now())),
            (C::DueAt, none::<i64>()),
        ];
        write(&step, id, set).await?;
        stop_clock(&step, id).await?;
        release_item(&step, &row, input.result == Outcome::Upheld, &why).await?;
        tell_objector(&step, &row, "notice-objection-answered", json!({})).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}

/// Writes what the notice page says of it. A text that tells who filed it or names a file is refused, and the try stays in the history:
/// whoever guesses names that way is seen.
pub async fn publish(app: &App, who: &Who, command: &Command, id: Uuid, text: &str) -> Result<Done, Refusal> {
    let row = for_office(app, who, command, id).await?.row;
    rules::publishable(&row)?;
    let text = said("text", text, LONGEST_PUBLIC)?;
    lint::no_account_number(&text)?;
    if let Err(refusal) = tells_nobody(app, &row, &text).await {
        if !matches!(refusal, Refusal::Rule(_)) {
            return Err(refusal);
        }
        app.act(who, &Command::default(), move |step| async move {
            step.touch::<ObjectionMachine>(id, (row.state, row.version), "publish-refused", json!({})).await
        })
        .await?;
        return Err(refusal);
    }
    app.act(who, command, move |step| async move {
        step.touch::<ObjectionMachine>(id, (row.state, row.version), "published", json!({ "text": text })).await?;
        write(&step, id, [(C::PublicAnswer, Expr::value(text)), (C::PublishedAt, Expr::value(step.now()))]).await?;
        Ok(Done { id, version: row.version + 1 })
    })
    .await
}
