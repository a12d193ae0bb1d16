use super::actions;
use super::diligence::CHECK_DUE;
use crate::{App, Refusal};
use twoway_entity::jobs::job;

/// A hold has run out.
pub async fn lapse(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::lapse(&app, &app.system(actions::LAPSE), adoption).await,
        None => Err(anyhow::anyhow!("a hold's timer names no adoption").into()),
    }
}

/// A line's day of delivery comes near, is there, or is long over.
pub async fn due(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(commitment) => actions::due(&app, &app.system(actions::DUE), commitment).await,
        None => Err(anyhow::anyhow!("a day of delivery names no commitment").into()),
    }
}

/// The team has not thanked yet.
pub async fn thanks(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::remind_of_thanks(&app, &app.system(actions::THANKS), adoption).await,
        None => Err(anyhow::anyhow!("a reminder of thanks names no adoption").into()),
    }
}

/// The time to answer a change of use is over.
pub async fn use_change(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(change) => actions::expire_use_change(&app, &app.system(actions::USE_CHANGE), change).await,
        None => Err(anyhow::anyhow!("the clock of a change of use names none").into()),
    }
}

/// The proposer of an adopted proposal has left.
pub async fn proposal_withdrawn(app: App, job: job::Model) -> Result<(), Refusal> {
    let proposal = crate::calls::jobs::subject(&job)?;
    let reason = job.payload["reason"].as_str().unwrap_or_default();
    actions::proposal_withdrawn(&app, &app.system(crate::proposals::WITHDRAWN), proposal, reason).await
}

/// The first money of an adoption is due soon, or late.
pub async fn first_delivery(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::remind_of_first(&app, &app.system(actions::FIRST), adoption).await,
        None => Err(anyhow::anyhow!("the clock of a first delivery names no adoption").into()),
    }
}

/// The day of a condition is over.
pub async fn condition(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(commitment) => actions::end_condition(&app, &app.system(actions::CONDITION), commitment).await,
        None => Err(anyhow::anyhow!("the clock of a condition names none").into()),
    }
}

/// The public notice of an agreement is over.
pub async fn notice_ends(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::end_notice(&app, &app.system(actions::NOTICE_ENDS), adoption).await,
        None => Err(anyhow::anyhow!("a notice's timer names no adoption").into()),
    }
}

/// Nobody has checked a sponsor in time.
pub async fn check_due(app: App, job: job::Model) -> Result<(), Refusal> {
    match job.subject_id {
        Some(adoption) => actions::remind_of_check(&app, &app.system(CHECK_DUE), adoption).await,
        None => Err(anyhow::anyhow!("a check's timer names no adoption").into()),
    }
}
