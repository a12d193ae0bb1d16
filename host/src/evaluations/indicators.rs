use super::model::{Indicator, Source};
use crate::needs::LineCoverage;
use crate::{App, Refusal, Who, needs, plugins};
use serde_json::json;
use twoway_entity::projects::project;
use twoway_ids::{DAY, Millis};

/// All figures of a project over its own time: the host's, then those that its plugin describes, in its order. Asks the plugin
/// once for each of them.
///
/// Errors: [`Refusal::PluginUnavailable`] when the plugin cannot compute one: a gap would be a wrong figure.
pub async fn compute(app: &App, who: &Who, project: &project::Model) -> Result<Vec<Indicator>, Refusal> {
    let db = app.db.read();
    let from = project.started_at.unwrap_or(project.created_at);
    let until = project.closed_at.unwrap_or_else(|| app.now());
    let coverage = needs::coverage(db, who, project.proposal_id).await?;
    let mut figures = of_host(&coverage, from, until);
    let Some(pinned) = plugins::pinned(db, who.tenant, project.id).await? else { return Ok(figures) };
    let package = plugins::package(db, who.tenant, &pinned.digest).await?;
    for asked in package.description.indicators {
        let measure = plugins::indicator(app, project.id, &asked.name, from, until).await?;
        figures.push(Indicator {
            key: asked.name,
            source: Source::Plugin {
                plugin: pinned.plugin.clone(),
                version: pinned.version.clone(),
                digest: pinned.digest.clone(),
            },
            unit: asked.unit,
            target_milli: asked.target_milli,
            value_milli: measure.value_milli,
            sample: measure.sample,
            evidence: measure.evidence,
            from,
            until,
        });
    }
    Ok(figures)
}

/// What the host itself knows: for how long the project ran, and how much of what it needed was delivered.
fn of_host(coverage: &[LineCoverage], from: Millis, until: Millis) -> Vec<Indicator> {
    let figure = |key: &str, unit: &str, target_milli, value_milli, sample, evidence| Indicator {
        key: key.to_string(),
        source: Source::Host,
        unit: unit.to_string(),
        target_milli,
        value_milli,
        sample,
        evidence,
        from,
        until,
    };
    let days = (until - from).max(0) / DAY + 1;
    let required = || coverage.iter().filter(|line| line.required);
    let (all, met) = (required().count(), required().filter(|line| line.delivered >= line.minimum).count());
    let mut figures = vec![figure("host-days", "days", None, days * 1_000, 1, json!({ "from": from, "until": until }))];
    if let Some(met) = (met * 100_000).checked_div(all) {
        let lines: Vec<_> =
            required().map(|l| json!({ "line": l.id, "minimum": l.minimum, "delivered": l.delivered })).collect();
        let share = i64::try_from(met).unwrap_or(100_000);
        figures.push(figure("host-lines-delivered", "percent", Some(100_000), share, all as u64, lines.into()));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needs::NeedKind;

    fn line(required: bool, delivered: i64) -> LineCoverage {
        LineCoverage {
            id: twoway_ids::new_id(1),
            kind: NeedKind::Goods,
            title: "绘本".into(),
            unit: "册".into(),
            minimum: 10,
            optimum: 20,
            divisible: true,
            required,
            held: 0,
            active: 20 - delivered,
            delivered,
            conditional: 0,
        }
    }

    #[test]
    fn only_delivered_minimums_of_required_lines_count() {
        let lines = [line(true, 10), line(true, 9), line(true, 20), line(false, 0)];
        let figures = of_host(&lines, 0, 6 * DAY + 1);
        let said: Vec<_> = figures.iter().map(|f| (f.key.as_str(), f.value_milli, f.sample)).collect();
        assert_eq!(said, [("host-days", 7_000, 1), ("host-lines-delivered", 66_666, 3)]);
    }

    #[test]
    fn a_project_without_required_lines_has_no_such_share() {
        assert_eq!(of_host(&[line(false, 0)], 0, 0).len(), 1);
    }
}
