use super::*;
use crate::Settings;
use twoway_sdk::roles::PARTICIPANT;
use twoway_sdk::{FakeHost, Sent};

fn settings() -> Settings {
    Settings {
        desk: "社区服务中心一楼".to_string(),
        announce_workdays: 1,
        document_workdays: 3,
        keep_days: 365,
        claims_in_30_days: 3,
        matches_needed: 2,
        loss_days: 90,
    }
}

fn ctx(by: &str, role: &str) -> Ctx {
    Ctx::at("2026-03-02", "10:00", settings()).unwrap().by(&Person(by.to_string()), &[role])
}

fn wallet() -> FoundItem {
    FoundItem {
        number: "2026-03-01-0001".to_string(),
        category: Category::Wallet,
        area: "汇川区".to_string(),
        found_on: Date::parse("2026-02-27").unwrap(),
        description: "黑色钱包".to_string(),
        exact_place: "7路公交车".to_string(),
        marks: vec![].into(),
        tier: Tier::Normal,
        perishable: false,
        dangerous: false,
        kept_at: "3号柜".to_string(),
        finder: Some(Person("driver".to_string())),
        received_by: Person("keeper".to_string()),
        received_on: Date::parse("2026-02-28").unwrap(),
        announced_on: None,
        returned_on: None,
        days_to_return: None,
        remark: None,
    }
}

/// An announced wallet in custody, with two marks, and two claims: the owner's fits, the rival's does not.
fn rivals() -> (FakeHost, RecordId<FoundItem>, RecordId<Claim>, RecordId<Claim>) {
    let mut host = FakeHost::new();
    let id = host.store("wallet", ItemState::Announced, wallet());
    host.secret(&id, "marks", &["蓝色缝线", "全家福照片"]);
    host.append_to_book("custody", "2026-03-01-0001", 1, &()).unwrap();
    let claim = |host: &FakeHost, who: &str, answers: &[&str]| {
        let input = FileClaim {
            number: "2026-03-01-0001".to_string(),
            answers: answers.iter().map(ToString::to_string).collect(),
            story: "周五丢失".to_string().into(),
        };
        file(&ctx(who, PARTICIPANT), host, (), input)
    };
    claim(&host, "owner", &["蓝色缝线", "全家福照片"]).unwrap();
    host.settle();
    claim(&host, "rival", &["红色缝线"]).unwrap();
    host.settle();
    let find = |host: &FakeHost, who: &str| {
        host.records::<Claim>().into_iter().find(|c| c.claimant.0 == who).map(|c| c.id).unwrap()
    };
    let (owner, rival) = (find(&host, "owner"), find(&host, "rival"));
    (host, id, owner, rival)
}

#[test]
fn the_count_advises_and_two_people_hand_over() {
    let (mut host, item, owner, rival) = rivals();
    let seen = || ApproveClaim { document_seen: true, why_although_few: None };
    let checker = ctx("checker", crate::roles::CHECKER);
    let few = approve(&checker, &host, host.record(&rival).unwrap(), seen());
    assert_eq!(few, Err(No::FewMatches { matched: 0, needed: 2 }.into()));
    approve(&checker, &host, host.record(&owner).unwrap(), seen()).unwrap();
    host.settle();

    let mut desk = ctx("keeper", CUSTODIAN);
    let alone = hand_over(&desk, &host, host.record(&owner).unwrap(), HandOver {});
    assert_eq!(alone, Err(No::SecondPersonNeeded.into()));
    desk.confirmed_by.push(Person("checker".to_string()));
    hand_over(&desk, &host, host.record(&owner).unwrap(), HandOver {}).unwrap();
    let returned = host.record(&item).unwrap();
    assert_eq!((returned.state, returned.days_to_return), (ItemState::Returned, Some(2)));
    assert_eq!(host.record(&rival).unwrap().state, ClaimState::Rejected);
    let told = |who: &str| host.sent().iter().any(|s| matches!(s, Sent::Notice { audience, .. } if audience == who));
    assert!(told("rival"));
    assert_eq!(host.balance("custody", "2026-03-01-0001"), Ok(0));
}

#[test]
fn nothing_is_filed_that_could_not_be_compared() {
    let (mut host, ..) = rivals();
    host.deny("secrets");
    let input = |number: &str| FileClaim {
        number: number.to_string(),
        answers: vec!["?".to_string()],
        story: "丢失".to_string().into(),
    };
    let third = ctx("third", PARTICIPANT);
    assert_eq!(file(&third, &host, (), input("2026-03-01-0001")), Err(No::NotComparedNow.into()));
    assert_eq!(file(&third, &host, (), input("1")), Err(Refusal::at("number", &No::NoSuchItem)));
    assert_eq!(host.records::<Claim>().len(), 2);
}

#[test]
fn only_the_custodian_claims_for_others() {
    let (mut host, ..) = rivals();
    let input = || FileClaim {
        number: "2026-03-01-0001".to_string(),
        answers: vec!["?".to_string()],
        story: "代为认领".to_string().into(),
    };
    let old_lady = Person("old-lady".to_string());
    let of = |host: &FakeHost, who: &Person| host.records::<Claim>().iter().filter(|c| &c.claimant == who).count();
    let stranger = Ctx { acting_for: Some(old_lady.clone()), ..ctx("stranger", PARTICIPANT) };
    file(&stranger, &host, (), input()).unwrap();
    assert_eq!((of(&host, &old_lady), of(&host, &Person("stranger".to_string()))), (0, 1));
    host.settle();
    let custodian = Ctx { acting_for: Some(old_lady.clone()), ..ctx("desk", CUSTODIAN) };
    file(&custodian, &host, (), input()).unwrap();
    assert_eq!(of(&host, &old_lady), 1);
}

#[test]
fn the_thing_waits_again_when_the_last_claim_is_gone() {
    let (mut host, item, owner, rival) = rivals();
    let why = || RejectClaim { reason: "特征不符".to_string() };
    let checker = ctx("checker", crate::roles::CHECKER);
    reject(&checker, &host, host.record(&rival).unwrap(), why()).unwrap();
    assert_eq!(host.record(&item).unwrap().state, ItemState::ClaimPending);
    host.settle();
    let not_yours = withdraw(&ctx("rival", PARTICIPANT), &host, host.record(&owner).unwrap(), WithdrawClaim {});
    assert_eq!(not_yours, Err(No::NotYourOwn.into()));
    withdraw(&ctx("owner", PARTICIPANT), &host, host.record(&owner).unwrap(), WithdrawClaim {}).unwrap();
    assert_eq!(host.record(&item).unwrap().state, ItemState::Announced);
}
