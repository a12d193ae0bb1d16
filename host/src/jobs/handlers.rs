use crate::{App, Refusal};
use futures_util::future::BoxFuture;
use twoway_entity::jobs::job;

/// A handler does its work in transactions of its own and may be called twice for the same job: it looks at the state first.
pub type Handler = fn(App, job::Model) -> BoxFuture<'static, Result<(), Refusal>>;

/// Which feature does which kind of job. One line each, by feature.
pub const HANDLERS: &[(&str, Handler)] = &[
    (crate::adoptions::actions::DUE, |app, job| Box::pin(crate::adoptions::jobs::due(app, job))),
    (crate::adoptions::actions::LAPSE, |app, job| Box::pin(crate::adoptions::jobs::lapse(app, job))),
    (crate::adoptions::actions::THANKS, |app, job| Box::pin(crate::adoptions::jobs::thanks(app, job))),
    (crate::adoptions::actions::USE_CHANGE, |app, job| Box::pin(crate::adoptions::jobs::use_change(app, job))),
    (crate::adoptions::diligence::CHECK_DUE, |app, job| Box::pin(crate::adoptions::jobs::check_due(app, job))),
    (crate::adoptions::actions::NOTICE_ENDS, |app, job| Box::pin(crate::adoptions::jobs::notice_ends(app, job))),
    (crate::adoptions::actions::FIRST, |app, job| Box::pin(crate::adoptions::jobs::first_delivery(app, job))),
    (crate::adoptions::actions::CONDITION, |app, job| Box::pin(crate::adoptions::jobs::condition(app, job))),
    ("audit.seal", |app, _| Box::pin(async move { crate::audit::seal(&app).await.map(|_| ()) })),
    (crate::calls::actions::CLOSE_TIMER, |app, job| Box::pin(crate::calls::jobs::close(app, job))),
    (crate::calls::desk::reminders::SOON, |app, job| Box::pin(crate::calls::desk::reminders::closing_soon(app, job))),
    (crate::calls::desk::reminders::WAITING, |app, job| Box::pin(crate::calls::desk::reminders::waiting(app, job))),
    (crate::calls::actions::OPEN_TIMER, |app, job| Box::pin(crate::calls::jobs::open(app, job))),
    (crate::projects::CLOSED, |app, job| Box::pin(crate::evaluations::jobs::plan(app, job))),
    (crate::evaluations::actions::NOTICE_ENDS, |app, job| Box::pin(crate::evaluations::jobs::notice_ends(app, job))),
    (crate::disclosures::CLOCK, |app, job| Box::pin(crate::disclosures::clock(app, job))),
    ("housekeeping.sweep", |app, _| Box::pin(crate::housekeeping::jobs::sweep(app))),
    (crate::mail::COLLECT, |app, _| Box::pin(crate::mail::jobs::look(app))),
    (crate::mail::SEND, |app, job| Box::pin(crate::mail::jobs::send(app, job))),
    (crate::objections::CLOCK, |app, job| Box::pin(crate::objections::jobs::clock(app, job))),
    ("plugins.erase", |app, _| Box::pin(crate::plugins::erase_due(app))),
    ("plugins.hear", |app, job| Box::pin(crate::plugins::heard(app, job))),
    ("plugins.tick", |app, job| Box::pin(crate::plugins::tick(app, job))),
    (crate::proposals::FIX_REMINDER, |app, job| Box::pin(crate::proposals::jobs::fix_reminder(app, job))),
    (crate::proposals::FIX_TIMER, |app, job| Box::pin(crate::proposals::jobs::fix_due(app, job))),
    (crate::proposals::merge::LAPSE, |app, job| Box::pin(crate::proposals::merge::lapse(app, job))),
    (crate::proposals::POOL_TIMER, |app, job| Box::pin(crate::proposals::jobs::pool_ends(app, job))),
    (crate::proposals::POOL_WARNING, |app, job| Box::pin(crate::proposals::jobs::pool_warning(app, job))),
    (crate::reviews::settings::REMIND, |app, job| Box::pin(crate::reviews::jobs::remind(app, job))),
    (crate::reviews::plan::APPLY, |app, job| Box::pin(crate::reviews::jobs::apply_plan(app, job))),
    (crate::proposals::similar::SKETCH, |app, job| Box::pin(crate::proposals::similar::take_in(app, job))),
    (crate::proposals::WITHDRAWN, |app, job| Box::pin(crate::adoptions::jobs::proposal_withdrawn(app, job))),
    (crate::reviews::deliberation::NOTICE_TIMER, |app, job| Box::pin(crate::reviews::jobs::notice_ends(app, job))),
    (crate::reviews::voiding::RECHECK, |app, _| {
        Box::pin(async move { crate::reviews::voiding::recheck_all(&app).await })
    }),
];
