use super::*;

fn line(kind: NeedKind, due: &str) -> need_line::Model {
    need_line::Model {
        tenant_id: Uuid::nil(),
        id: Uuid::nil(),
        proposal_id: Uuid::nil(),
        position: 1,
        kind,
        title: "大米".into(),
        description: String::new(),
        unit: "袋".into(),
        minimum: 1,
        optimum: 10,
        divisible: true,
        required: true,
        due_on: due.into(),
        recipient_id: None,
        held: 0,
        active: 0,
        delivered: 0,
        version: 1,
        created_at: 0,
    }
}

fn found(topic: Topic, outcome: Outcome, certificate: &str, until: Option<&str>) -> finding::Model {
    finding::Model {
        tenant_id: Uuid::nil(),
        id: Uuid::nil(),
        adoption_id: Uuid::nil(),
        number: 1,
        topic,
        outcome,
        source: "公示系统".into(),
        checked_on: "2026-11-20".into(),
        certificate: certificate.into(),
        valid_until: until.map(str::to_string),
        note: String::new(),
        by: Uuid::nil(),
        at: 0,
    }
}

fn states(state_owned: bool, own_products: bool) -> statement::Model {
    statement::Model {
        tenant_id: Uuid::nil(),
        adoption_id: Uuid::nil(),
        trade: "food".into(),
        state_owned,
        own_products,
    }
}

fn basics() -> Vec<finding::Model> {
    [Topic::Credit, Topic::Related, Topic::Trade].map(|topic| found(topic, Outcome::Clear, "", None)).into()
}

/// What the guard says: the code, or `passes`.
fn said(lines: &[&need_line::Model], own_products: bool, more: Option<finding::Model>) -> &'static str {
    let all: Vec<_> = basics().into_iter().chain(more).collect();
    match passes(lines, Some(&states(false, own_products)), &all) {
        Ok(()) => "passes",
        Err(refusal) => match refusal.code() {
            "diligence-missing" => "diligence-missing",
            "diligence-concern" => "diligence-concern",
            "goods-certificate-missing" => "goods-certificate-missing",
            "goods-expire-early" => "goods-expire-early",
            "recipient-certificate-missing" => "recipient-certificate-missing",
            "recipient-certificate-short" => "recipient-certificate-short",
            other => panic!("{other}"),
        },
    }
}

#[test]
fn each_kind_of_line_asks_for_what_belongs_to_it() {
    use Outcome::{Clear, Concern};
    use Topic::{Goods, Recipient};
    let (goods, money) = (line(NeedKind::Goods, "2027-03-01"), line(NeedKind::Money, "2027-03-01"));
    let people = line(NeedKind::People, "2027-03-01");
    let case =
        |lines: &[&need_line::Model], own: bool, more, expected: &str| assert_eq!(said(lines, own, more), expected);
    case(&[&people], true, None, "passes");
    case(&[&goods], false, None, "diligence-missing");
    case(&[&goods], false, Some(found(Goods, Concern, "", None)), "diligence-concern");
    case(&[&goods], false, Some(found(Goods, Clear, "", None)), "passes");
    case(&[&goods], false, Some(found(Goods, Clear, "", Some("2027-02-28"))), "goods-expire-early");
    case(&[&goods], false, Some(found(Goods, Clear, "", Some("2027-03-01"))), "passes");
    case(&[&goods], true, Some(found(Goods, Clear, "", None)), "goods-certificate-missing");
    case(&[&goods], true, Some(found(Goods, Clear, "检 17", None)), "passes");
    case(&[&money], false, None, "diligence-missing");
    case(&[&money], false, Some(found(Recipient, Clear, "", Some("2030-01-01"))), "recipient-certificate-missing");
    case(&[&money], false, Some(found(Recipient, Clear, "慈 1", None)), "recipient-certificate-missing");
    case(&[&money], false, Some(found(Recipient, Clear, "慈 1", Some("2027-02-28"))), "recipient-certificate-short");
    case(&[&money], false, Some(found(Recipient, Clear, "慈 1", Some("2027-03-01"))), "passes");
}

#[test]
fn the_newest_finding_counts() {
    let people = line(NeedKind::People, "2027-03-01");
    let mut all = basics();
    all.push(found(Topic::Credit, Outcome::Concern, "", None));
    assert_eq!(passes(&[&people], None, &all).expect_err("a concern").code(), "diligence-concern");
    all.push(found(Topic::Credit, Outcome::Clear, "", None));
    passes(&[&people], None, &all).expect("cleared since");
}

#[test]
fn an_enterprise_of_the_state_needs_its_approval() {
    let with = |more: Option<finding::Model>| approved(Some(&states(true, false)), &Vec::from_iter(more));
    assert_eq!(with(None).expect_err("none").code(), "state-approval-missing");
    with(Some(found(Topic::StateApproval, Outcome::Clear, "", None))).expect_err("without its number");
    with(Some(found(Topic::StateApproval, Outcome::Concern, "国资 7 号", None))).expect_err("refused");
    with(Some(found(Topic::StateApproval, Outcome::Clear, "国资 7 号", None))).expect("approved");
    approved(Some(&states(false, false)), &[]).expect("a private one needs none");
}

#[test]
fn a_finding_is_of_the_past_and_says_where_it_was_looked_up() {
    let input = |on: &str, source: &str, until: Option<&str>| FindingInput {
        topic: Topic::Credit,
        outcome: Outcome::Clear,
        source: source.into(),
        checked_on: on.into(),
        certificate: String::new(),
        valid_until: until.map(str::to_string),
        note: String::new(),
    };
    input("2026-11-23", "公示系统", Some("")).check("", "2026-11-23").expect("of today");
    for (on, source, until) in [
        ("2026-11-24", "公示系统", None),
        ("yesterday", "公示系统", None),
        ("2026-11-23", " ", None),
        ("2026-11-23", "公示系统", Some("2026-02-30")),
    ] {
        input(on, source, until).check("", "2026-11-23").expect_err("refused");
    }
}
