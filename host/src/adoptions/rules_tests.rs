use super::*;
use crate::adoptions::DeliveryState;
use crate::{Actor, Held};
use twoway_entity::adoptions::commitment;
use twoway_entity::organizations::OrganizationKind;

const TODAY: &str = "2026-11-23";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn line(divisible: bool) -> need_line::Model {
    need_line::Model {
        tenant_id: id(1),
        id: id(10),
        proposal_id: id(2),
        position: 1,
        kind: NeedKind::Goods,
        title: "绘本".into(),
        description: String::new(),
        unit: "册".into(),
        minimum: 10,
        optimum: 100,
        divisible,
        required: true,
        due_on: "2026-12-31".into(),
        recipient_id: None,
        held: 20,
        active: 10,
        delivered: 5,
        version: 1,
        created_at: 0,
    }
}

fn organization(kind: OrganizationKind, verified: bool, code: bool) -> organization::Model {
    organization::Model {
        tenant_id: id(1),
        id: id(20),
        parent_id: None,
        path: "/x/".into(),
        kind,
        name: "遵义某企业".into(),
        credit_code: code.then(|| "91350100M000100Y43".into()),
        division_code: None,
        introduction: String::new(),
        verified_at: verified.then_some(1),
        verified_by: None,
        version: 1,
        created_at: 0,
    }
}

fn adoption(state: AdoptionState) -> adoption::Model {
    adoption::Model {
        tenant_id: id(1),
        id: id(30),
        proposal_id: id(2),
        organization_id: id(20),
        path: "/x/".into(),
        message: String::new(),
        related_party: false,
        clean_promotion: true,
        author_id: id(3),
        checked_at: None,
        checked_by: None,
        check_note: None,
        held_until: Some(1_000),
        extended: false,
        agreement_hash: None,
        reason: None,
        activated_at: None,
        named: false,
        state,
        version: 1,
        created_at: 0,
    }
}

fn confirmation(party: Party, account: u128) -> confirmation::Model {
    confirmation::Model {
        tenant_id: id(1),
        id: id(40),
        adoption_id: id(30),
        agreement_id: id(31),
        party,
        organization_id: None,
        account_id: id(account),
        hash: "h".into(),
        warned: true,
        at: 0,
        scan_id: None,
    }
}

fn delivery(side: Side, quantity: i64, state: DeliveryState) -> delivery::Model {
    delivery::Model {
        tenant_id: id(1),
        id: id(50),
        adoption_id: id(30),
        commitment_id: id(51),
        line_id: id(10),
        quantity,
        delivered_on: TODAY.into(),
        evidence: "入库单".into(),
        recorded_side: side,
        recorded_by: id(3),
        answered_by: None,
        answered_at: None,
        reason: None,
        state,
        version: 1,
        created_at: 0,
    }
}

/// Code and rule of a refusal.
fn said<T>(result: Result<T, Refusal>) -> (String, Option<&'static str>) {
    match result {
        Ok(_) => ("done".into(), None),
        Err(Refusal::Rule(rule)) => (rule.code.into(), rule.rule),
        Err(other) => (other.code().into(), None),
    }
}

fn done() -> (String, Option<&'static str>) {
    ("done".into(), None)
}

fn by(code: &str, rule: &'static str) -> (String, Option<&'static str>) {
    (code.into(), Some(rule))
}

fn plain(code: &str) -> (String, Option<&'static str>) {
    (code.into(), None)
}

#[test]
fn a_sponsor_is_verified_and_has_a_credit_code() {
    use OrganizationKind::Enterprise;
    assert_eq!(said(verified_sponsor(&organization(Enterprise, true, true))), done());
    assert_eq!(said(verified_sponsor(&organization(Enterprise, false, true))), by("organization-not-verified", "P13"));
    assert_eq!(said(verified_sponsor(&organization(Enterprise, true, false))), by("organization-not-verified", "P13"));
}

#[test]
fn improper_interests_are_refused() {
    assert_eq!(said(proper_interest(true, false)), done());
    assert_eq!(said(proper_interest(false, false)), by("promotion-not-clean", "D8"));
    assert_eq!(said(proper_interest(true, true)), by("own-proposal", "D8"));
}

#[test]
fn due_diligence_stops_a_related_party() {
    let sponsor = organization(OrganizationKind::Enterprise, true, true);
    assert_eq!(said(diligence_passes(&sponsor, false)), done());
    assert_eq!(said(diligence_passes(&sponsor, true)), by("related-party", "D8"));
}

#[test]
fn quantities_fit_their_lines() {
    let lines = [line(true)];
    let wish = |quantity| [Wish { line: id(10), quantity }];
    assert_eq!(said(wishes_fit(&wish(65), &lines, TODAY)), done());
    assert_eq!(said(wishes_fit(&wish(66), &lines, TODAY)), plain("line-taken"));
    assert_eq!(said(wishes_fit(&wish(0), &lines, TODAY)), plain("quantity-not-positive"));
    assert_eq!(said(wishes_fit(&wish(-4), &lines, TODAY)), plain("quantity-not-positive"));
    assert_eq!(said(wishes_fit(&[], &lines, TODAY)), plain("no-lines-chosen"));
    assert_eq!(said(wishes_fit(&[wish(1), wish(1)].concat(), &lines, TODAY)), plain("line-twice"));
    assert_eq!(said(wishes_fit(&wish(1), &lines, "2027-01-01")), plain("line-past-due"));
    assert_eq!(said(wishes_fit(&[Wish { line: id(11), quantity: 1 }], &lines, TODAY)), plain("not-found"));
}

#[test]
fn what_cannot_be_divided_is_taken_whole() {
    let mut whole = line(false);
    assert_eq!(
        said(wishes_fit(&[Wish { line: id(10), quantity: 50 }], &[whole.clone()], TODAY)),
        plain("line-indivisible")
    );
    assert_eq!(said(wishes_fit(&[Wish { line: id(10), quantity: 100 }], &[whole.clone()], TODAY)), plain("line-taken"));
    (whole.held, whole.active, whole.delivered) = (0, 0, 0);
    assert_eq!(said(wishes_fit(&[Wish { line: id(10), quantity: 100 }], &[whole], TODAY)), done());
}

#[test]
fn only_a_signatory_of_this_sponsor_binds_it() {
    let who = |role, organization| {
        let held = Held { role, organization, organization_name: "企业".into(), path: "/x/".into() };
        let actor =
            Actor { account: id(3), session: id(4), name: "甲".into(), locale: "zh-CN".into(), held: vec![held] };
        Who::person(id(1), std::sync::Arc::new(actor))
    };
    assert_eq!(said(signatory(&who(Role::SponsorSignatory, id(20)), id(20))), done());
    assert_eq!(said(signatory(&who(Role::SponsorMember, id(20)), id(20))), plain("signatory-needed"));
    assert_eq!(said(signatory(&who(Role::SponsorSignatory, id(21)), id(20))), plain("signatory-needed"));
}

#[test]
fn a_hold_comes_after_due_diligence_and_is_extended_once() {
    let mut row = adoption(AdoptionState::Interested);
    assert_eq!(said(diligence_done(&row)), plain("due-diligence-missing"));
    row.checked_at = Some(1);
    assert_eq!(said(diligence_done(&row)), done());
    let mut held = adoption(AdoptionState::Held);
    assert_eq!(said(extendable(&held)), done());
    held.extended = true;
    assert_eq!(said(extendable(&held)), plain("hold-extended-already"));
}

#[test]
fn an_agreement_has_its_particulars_and_a_naming_its_consent() {
    let text = || "有".to_string();
    let mut terms = AgreementTerms {
        purpose: text(),
        quality: text(),
        schedule: text(),
        recipient: text(),
        publicity: "named".into(),
        surplus: text(),
        ..AgreementTerms::default()
    };
    assert_eq!(said(complete_terms(&terms)), done());
    terms.naming = "某某图书角".into();
    assert_eq!(said(complete_terms(&terms)), by("naming-without-consent", "D17"));
    terms.naming_consented = true;
    assert_eq!(said(complete_terms(&terms)), done());
    terms.surplus.clear();
    assert_eq!(said(complete_terms(&terms)), by("agreement-incomplete", "D7"));
}

#[test]
fn each_party_confirms_the_frozen_text_itself_and_the_sponsor_first() {
    let sign = |party, account, hash, warned| Signature {
        signer: Signer { party, organization: None },
        account: id(account),
        hash,
        warned,
    };
    let sponsor = confirmation(Party::Sponsor, 3);
    assert_eq!(said(may_confirm(&sign(Party::Sponsor, 3, "h", true), Some("h"), &[])), done());
    assert_eq!(said(may_confirm(&sign(Party::Sponsor, 3, "h", false), Some("h"), &[])), by("warning-not-ticked", "D9"));
    assert_eq!(said(may_confirm(&sign(Party::Sponsor, 3, "g", true), Some("h"), &[])), by("agreement-changed", "P14"));
    assert_eq!(said(may_confirm(&sign(Party::Sponsor, 3, "h", true), None, &[])), by("agreement-changed", "P14"));
    assert_eq!(
        said(may_confirm(&sign(Party::Team, 5, "h", false), Some("h"), &[])),
        by("sponsor-confirms-first", "D9")
    );
    let given = [sponsor];
    assert_eq!(said(may_confirm(&sign(Party::Team, 5, "h", false), Some("h"), &given)), done());
    assert_eq!(
        said(may_confirm(&sign(Party::Team, 3, "h", false), Some("h"), &given)),
        by("own-account-needed", "P14")
    );
    assert_eq!(said(may_confirm(&sign(Party::Sponsor, 6, "h", true), Some("h"), &given)), plain("confirmed-already"));
}

#[test]
fn an_agreed_promise_binds() {
    assert_eq!(said(may_withdraw(AdoptionState::Signing)), done());
    assert_eq!(said(may_withdraw(AdoptionState::Active)), by("promise-binds", "D9"));
}

#[test]
fn no_more_is_delivered_than_agreed() {
    let commitment = commitment::Model {
        released: 0,
        due_on: None,
        reminded: None,
        tenant_id: id(1),
        id: id(51),
        adoption_id: id(30),
        line_id: id(10),
        quantity: 50,
        delivered: 20,
        wanted: None,
    };
    let committed = Committed { commitment, line: line(true) };
    let waiting = [
        delivery(Side::Sponsor, 10, DeliveryState::Recorded),
        delivery(Side::Sponsor, 9, DeliveryState::Disputed),
        delivery(Side::Sponsor, 9, DeliveryState::Confirmed),
    ];
    assert_eq!(said(delivery_fits(&committed, &waiting, 20)), done());
    assert_eq!(said(delivery_fits(&committed, &waiting, 21)), plain("delivery-too-much"));
}

#[test]
fn the_other_side_answers_a_delivery() {
    let recorded = delivery(Side::Sponsor, 10, DeliveryState::Recorded);
    assert_eq!(said(may_answer(&recorded, &[Side::Receiver], Some(id(9)))), done());
    assert_eq!(said(may_answer(&recorded, &[Side::Sponsor], Some(id(9)))), by("other-side-confirms", "D6"));
    // One person on both sides still cannot confirm what it recorded itself.
    assert_eq!(
        said(may_answer(&recorded, &[Side::Sponsor, Side::Receiver], Some(id(3)))),
        by("other-side-confirms", "D6")
    );
}

#[test]
fn money_is_received_by_its_recipient_and_goods_by_the_team() {
    let mut money = line(true);
    (money.kind, money.recipient_id) = (NeedKind::Money, Some(id(70)));
    assert!(receives(&money, &[id(70)], false));
    assert!(!receives(&money, &[], true));
    assert!(receives(&line(true), &[], true));
    assert!(!receives(&line(true), &[id(70)], false));
}

#[test]
fn a_clock_runs_out_only_while_it_runs() {
    assert!(has_run_out(&adoption(AdoptionState::Held), 1_000));
    assert!(!has_run_out(&adoption(AdoptionState::Held), 999));
    assert!(!has_run_out(&adoption(AdoptionState::Active), 1_000));
}

#[test]
fn each_organisation_that_receives_something_signs_for_itself() {
    let received = |to: Option<u128>| {
        let commitment = commitment::Model {
            tenant_id: id(1),
            id: id(51),
            adoption_id: id(30),
            line_id: id(10),
            quantity: 10,
            delivered: 0,
            wanted: None,
            released: 0,
            due_on: None,
            reminded: None,
        };
        Committed { commitment, line: need_line::Model { recipient_id: to.map(id), ..line(true) } }
    };
    let lines = [received(None), received(Some(5)), received(Some(4)), received(Some(5))];
    let words: Vec<_> = signers(&lines, &[id(2)]).into_iter().map(|s| (s.party, s.organization)).collect();
    let recipient = |n: u128| (Party::Recipient, Some(id(n)));
    let expected = [
        (Party::Sponsor, None),
        (Party::Partner, Some(id(2))),
        recipient(4),
        recipient(5),
        (Party::Team, None),
        (Party::Office, None),
    ];
    assert_eq!(words, expected);
    let mut one = confirmation(Party::Recipient, 9);
    one.organization_id = Some(id(4));
    let open: Vec<_> =
        unsigned(&lines, &[], &[confirmation(Party::Sponsor, 8), one]).into_iter().map(|s| s.organization).collect();
    assert_eq!(open, [Some(id(5)), None, None], "the other recipient, the team and the office");
}
