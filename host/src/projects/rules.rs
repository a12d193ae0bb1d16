use super::model::Plan;
use crate::Refusal;
use serde_json::Value;
use twoway_manifest::Grant;

/// How many core members a team names at least.
pub const CORE_TEAM: usize = 3;
/// A project that lasts longer needs a written agreement with its volunteers.
pub const AGREEMENT_FROM_DAYS: i64 = 31;

/// One of the things that a project needs before it is ready, as the page lists it: its texts are `gate-<code>`, and
/// `refusal-<code>` when it holds the project back.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    pub code: &'static str,
    pub rule: Option<&'static str>,
    pub met: bool,
    /// A number that the refusal names.
    pub value: Option<(&'static str, Value)>,
}

/// What the gates look at.
pub struct Readiness<'a> {
    pub plan: &'a Plan,
    /// Titles of required need lines that are not covered yet.
    pub uncovered: &'a [String],
    pub plugin_active: bool,
}

/// Every gate between incubating and ready, in the order in which people meet them.
pub fn gates(of: &Readiness<'_>) -> Vec<Gate> {
    let plan = of.plan;
    let said = |text: &str| !text.trim().is_empty();
    let risky = plan.risks_foreseen == Some(true);
    let long = plan.days().is_some_and(|days| days > AGREEMENT_FROM_DAYS);
    let planned = said(&plan.summary) && said(&plan.place) && plan.days().is_some_and(|days| days > 0);
    let gate = |code, rule, met| Gate { code, rule, met, value: None };
    let mut gates = vec![
        gate("project-plan", Some("M2"), planned),
        Gate {
            value: Some(("needed", CORE_TEAM.into())),
            ..gate("project-core-team", Some("M2"), plan.core_team.len() >= CORE_TEAM)
        },
        gate("project-risk-statement", Some("V2"), plan.risks_foreseen.is_some() && said(&plan.risk_statement)),
    ];
    if risky || long {
        gates.push(gate("project-agreement", Some("V6"), said(&plan.agreement)));
    }
    if risky {
        gates.push(gate("project-insurance", Some("V9"), said(&plan.insurance)));
    }
    gates.push(Gate {
        value: Some(("lines", of.uncovered.join("、").into())),
        ..gate("project-coverage", None, of.uncovered.is_empty())
    });
    gates.push(gate("project-plugin", None, of.plugin_active));
    gates
}

/// Refuses with the first gate that is not met.
pub fn ready(of: &Readiness<'_>) -> Result<(), Refusal> {
    match gates(of).into_iter().find(|gate| !gate.met) {
        None => Ok(()),
        Some(gate) => {
            let refusal = gate.rule.map_or_else(|| Refusal::rule(gate.code), |rule| Refusal::of(gate.code, rule));
            Err(match gate.value {
                Some((key, value)) => refusal.with(key, value),
                None => refusal,
            })
        }
    }
}

/// Lines that were given back since the project became ready hold its start.
pub fn start(uncovered: &[String]) -> Result<(), Refusal> {
    if uncovered.is_empty() {
        Ok(())
    } else {
        Err(Refusal::rule("project-coverage").with("lines", uncovered.join("、")))
    }
}

/// What the office must have done before a plugin is pinned: confirmed the grant sheet, and assessed the impact where the plugin
/// will read sensitive or minors' data.
pub fn activation(grant: &Grant, assessment: &str, confirmed: bool) -> Result<(), Refusal> {
    if !confirmed {
        return Err(Refusal::rule("grant-unconfirmed"));
    }
    if grant.classes.iter().any(|class| class.is_sealed()) && assessment.trim().is_empty() {
        return Err(Refusal::of("impact-assessment-missing", "P8"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            summary: "放学后照看小学生".into(),
            place: "丁字口社区".into(),
            starts_on: "2026-12-01".into(),
            ends_on: "2026-12-20".into(),
            core_team: vec!["甲 组织".into(), "乙 安全".into(), "丙 联络".into()],
            risks_foreseen: Some(false),
            risk_statement: "室内静态活动，没有可预见的风险".into(),
            ..Plan::default()
        }
    }

    fn refused(plan: &Plan, uncovered: &[String], plugin_active: bool) -> Option<(String, Option<&'static str>)> {
        match ready(&Readiness { plan, uncovered, plugin_active }) {
            Ok(()) => None,
            Err(Refusal::Rule(rule)) => Some((rule.code.to_string(), rule.rule)),
            Err(other) => panic!("{other}"),
        }
    }

    fn code(code: &str, rule: Option<&'static str>) -> Option<(String, Option<&'static str>)> {
        Some((code.to_string(), rule))
    }

    #[test]
    fn a_whole_plan_with_covered_lines_and_a_plugin_is_ready() {
        assert_eq!(refused(&plan(), &[], true), None);
    }

    #[test]
    fn an_unfinished_or_reversed_plan_is_not_ready() {
        assert_eq!(refused(&Plan::default(), &[], true), code("project-plan", Some("M2")));
        let reversed = Plan { ends_on: "2026-11-30".into(), ..plan() };
        assert_eq!(refused(&reversed, &[], true), code("project-plan", Some("M2")));
    }

    #[test]
    fn two_core_members_are_too_few() {
        let small = Plan { core_team: vec!["甲".into(), "乙".into()], ..plan() };
        assert_eq!(refused(&small, &[], true), code("project-core-team", Some("M2")));
    }

    #[test]
    fn risks_are_stated_even_where_none_are_foreseen() {
        let silent = Plan { risk_statement: " ".into(), ..plan() };
        assert_eq!(refused(&silent, &[], true), code("project-risk-statement", Some("V2")));
        let undecided = Plan { risks_foreseen: None, ..plan() };
        assert_eq!(refused(&undecided, &[], true), code("project-risk-statement", Some("V2")));
    }

    #[test]
    fn more_than_a_month_needs_a_written_agreement() {
        let month = Plan { ends_on: "2026-12-31".into(), ..plan() };
        assert_eq!(refused(&month, &[], true), None);
        let longer = Plan { ends_on: "2027-01-01".into(), ..plan() };
        assert_eq!(refused(&longer, &[], true), code("project-agreement", Some("V6")));
        assert_eq!(refused(&Plan { agreement: "已与12名志愿者签署".into(), ..longer }, &[], true), None);
    }

    #[test]
    fn foreseen_risks_need_agreement_and_insurance() {
        let risky = Plan { risks_foreseen: Some(true), ..plan() };
        assert_eq!(refused(&risky, &[], true), code("project-agreement", Some("V6")));
        let agreed = Plan { agreement: "已签".into(), ..risky };
        assert_eq!(refused(&agreed, &[], true), code("project-insurance", Some("V9")));
        assert_eq!(refused(&Plan { insurance: "保单 P-1".into(), ..agreed }, &[], true), None);
    }

    #[test]
    fn open_required_lines_and_a_missing_plugin_hold_it_back() {
        assert_eq!(refused(&plan(), &["绘本".into()], true), code("project-coverage", None));
        assert_eq!(refused(&plan(), &[], false), code("project-plugin", None));
        assert!(start(&["绘本".into()]).is_err() && start(&[]).is_ok());
    }

    #[test]
    fn a_grant_is_confirmed_and_sensitive_data_assessed() {
        let plain = Grant::default();
        let sealed = Grant { classes: [twoway_manifest::DataClass::P4].into(), ..Grant::default() };
        assert_eq!(activation(&plain, "", false).expect_err("unconfirmed").code(), "grant-unconfirmed");
        assert!(activation(&plain, "", true).is_ok());
        assert_eq!(activation(&sealed, " ", true).expect_err("no assessment").code(), "impact-assessment-missing");
        assert!(activation(&sealed, "只留姓名与接送人，学期末删除", true).is_ok());
    }
}
