//! What went wrong: laid before the office, who answers for it; what the staff saw stays under seal here.

use crate::actions::*;
use crate::records::*;
use crate::{Ctx, Incident, No};
use twoway_sdk::prelude::*;

pub fn report(ctx: &Ctx, host: &impl Host, visit: Item<Visit>, input: ReportIncident) -> Outcome {
    let reported_by = ctx.actor.clone().ok_or(No::WhoReports)?;
    let before = host.count(&Query::<Report>::all().with("visit", &visit.id))?;
    let number = format!("{}/{}", visit.number, before + 1);
    let (incident, severity) = match input.happened {
        Happened::RefusedPickup => (Incident::RefusedPickup { number: number.clone() }, Severity::Serious),
        Happened::Hurt => (Incident::ChildHurt { number: number.clone() }, Severity::Harm),
        Happened::Other => (Incident::OtherTrouble { number: number.clone() }, Severity::Minor),
    };
    let report = Report { number, visit: visit.id, happened: input.happened, account: input.account, reported_by };
    let id = host.create(ReportState::Open, &report)?;
    // A report that nobody would read is worse than none: then the staff has to call.
    host.report_incident(&format!("report/{}", id.as_str()), Some(id.as_str()), severity, &incident)
        .map_err(|_| No::IncidentsNotGranted.into())
}

/// Children are still here after two rounds of calls. Without the ability the site's lead has been told, and that is all.
pub fn not_fetched(host: &impl Host, day: &Item<Day>, children: u32, minutes: u32) -> Outcome {
    let key = format!("not-fetched/{}", day.id.as_str());
    let incident = Incident::ChildrenNotFetched { children, minutes };
    if let Err(denied) = host.report_incident(&key, Some(day.id.as_str()), Severity::Serious, &incident) {
        host.log(Level::Warn, &denied.reason);
    }
    Ok(())
}

/// The office answered: the report is settled.
pub fn settled(_: &Ctx, host: &impl Host, closed: IncidentClosed) -> Outcome {
    let Some(id) = closed.record else { return Ok(()) };
    let Some(mut report) = host.get(&RecordId::<Report>::new(id))? else { return Ok(()) };
    if report.state == ReportState::Open {
        report.state = ReportState::Settled;
        host.save(&report)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::tests::{at, day};
    use crate::roles::VOLUNTEER;
    use twoway_sdk::{FakeHost, Sent};

    fn reported(happened: Happened) -> (FakeHost, RecordId<Report>) {
        let mut host = FakeHost::new();
        let day = host.store("day", DayState::Opened, day());
        let visit = host.store("visit", VisitState::InCare, crate::visit::tests::visit(&day));
        let ctx = at("17:00").by(&Person("helper".to_string()), &[VOLUNTEER]);
        let input = ReportIncident { happened, account: "门口".to_string().into() };
        report(&ctx, &host, host.record(&visit).unwrap(), input).unwrap();
        let id = host.records::<Report>()[0].id.clone();
        (host, id)
    }

    #[test]
    fn harm_is_reported_as_harm_and_a_stranger_at_the_door_as_serious() {
        for (happened, what, severity) in [
            (Happened::RefusedPickup, "refused-pickup", Severity::Serious),
            (Happened::Hurt, "child-hurt", Severity::Harm),
            (Happened::Other, "other-trouble", Severity::Minor),
        ] {
            let (host, id) = reported(happened);
            let key = format!("report/{}", id.as_str());
            assert_eq!(host.sent(), [Sent::Incident { key, what: what.to_string(), severity }]);
        }
    }

    #[test]
    fn a_report_is_settled_with_its_incident_and_with_no_other() {
        let (mut host, id) = reported(Happened::Other);
        host.settle();
        let closed = |record: Option<&str>| IncidentClosed {
            key: "report".to_string(),
            what: "other-trouble".to_string(),
            record: record.map(str::to_string),
        };
        for record in [None, Some("day"), Some("nothing")] {
            settled(&at("18:00"), &host, closed(record)).unwrap();
        }
        assert_eq!(host.record(&id).unwrap().state, ReportState::Open);
        settled(&at("18:00"), &host, closed(Some(id.as_str()))).unwrap();
        assert_eq!(host.record(&id).unwrap().state, ReportState::Settled);
    }
}
