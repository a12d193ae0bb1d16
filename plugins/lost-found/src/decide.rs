//! The rules, as functions over values.

use crate::No;
use crate::records::Category;
use twoway_sdk::{Date, Person};

/// A row of digits this long may be a card or identity number.
const NUMBER_LENGTH: usize = 5;
/// Days around a loss in which a find is still likely to be it.
const NEAR_DAYS: i64 = 3;

/// What may be said in public about a thing: no number by which its owner could be pretended.
pub fn may_describe(category: Category, description: &str) -> Result<(), No> {
    let mut row = 0;
    for c in description.chars() {
        row = if c.is_numeric() { row + 1 } else { 0 };
        if row >= NUMBER_LENGTH && category.is_document() {
            return Err(No::NumberInDescription);
        }
    }
    Ok(())
}

pub fn may_announce(dangerous: bool, perishable: bool) -> Result<(), No> {
    if dangerous {
        return Err(No::DangerousGoesToPolice);
    }
    if perishable { Err(No::PerishableIsDisposed) } else { Ok(()) }
}

/// Who stands where towards one thing.
pub struct Persons<'a> {
    pub finder: Option<&'a Person>,
    pub received_by: &'a Person,
    pub claimant: &'a Person,
}

/// Neither who found it nor who keeps it can be its owner. `recent` counts this person's claims of the last thirty days.
pub fn may_claim(persons: &Persons, open_already: bool, recent: u32, limit: u32) -> Result<(), No> {
    if persons.finder == Some(persons.claimant) || persons.received_by == persons.claimant {
        return Err(No::FinderCannotClaim);
    }
    if open_already {
        return Err(No::ClaimedAlready);
    }
    if recent >= limit {
        return Err(No::TooManyClaims { limit });
    }
    Ok(())
}

/// How well a claim's answers fitted.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    pub matched: u32,
    pub needed: u32,
}

/// The count only advises: a person decides, must not decide in their own cause, and says why when few marks fitted.
pub fn may_approve(
    persons: &Persons,
    checker: &Person,
    fit: Fit,
    why_although_few: Option<&str>,
    document_seen: bool,
) -> Result<(), No> {
    if checker == persons.claimant || persons.finder == Some(checker) {
        return Err(No::CheckerIsInvolved);
    }
    if !document_seen {
        return Err(No::DocumentNotSeen);
    }
    if fit.matched < fit.needed && why_although_few.is_none_or(|why| why.trim().is_empty()) {
        return Err(No::FewMatches { matched: fit.matched, needed: fit.needed });
    }
    Ok(())
}

/// Two different persons give the thing away, and neither of them is the claimant or the finder.
pub fn may_hand_over(persons: &Persons, confirmed_by: &[Person]) -> Result<(), No> {
    if confirmed_by.iter().any(|p| p == persons.claimant || persons.finder == Some(p)) {
        return Err(No::CheckerIsInvolved);
    }
    let first = confirmed_by.first();
    if confirmed_by.iter().all(|p| Some(p) == first) { Err(No::SecondPersonNeeded) } else { Ok(()) }
}

/// What a find and a loss have in common, as far as it is not secret.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    pub category: Category,
    pub area: &'a str,
    pub from: Date,
    pub to: Date,
}

/// 0 to 100. It only brings two papers onto one desk; nothing follows from it by itself.
pub fn similarity(found: &Trace, lost: &Trace) -> u32 {
    if found.category != lost.category && found.category != Category::Other && lost.category != Category::Other {
        return 0;
    }
    let category = if found.category == lost.category { 50 } else { 15 };
    let area = match (found.area.trim(), lost.area.trim()) {
        (a, b) if a == b => 20,
        (a, b) if a.contains(b) || b.contains(a) => 10,
        _ => 0,
    };
    let before = lost.from.days_since(found.to);
    let after = found.from.days_since(lost.to);
    let time = match before.max(after) {
        ..=0 => 30,
        1..=NEAR_DAYS => 15,
        _ => 0,
    };
    category + area + time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person(name.to_string())
    }

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn no_number_of_a_document_is_announced() {
        let describe = |category, text| may_describe(category, text);
        assert_eq!(describe(Category::IdDocument, "身份证一张,尾号52210"), Err(No::NumberInDescription));
        assert_eq!(describe(Category::IdDocument, "身份证一张"), Ok(()));
        assert_eq!(describe(Category::Bag, "书包,内有2026年课本"), Ok(()));
    }

    #[test]
    fn dangerous_and_perishable_things_are_not_kept_for_an_owner() {
        assert_eq!(may_announce(true, false), Err(No::DangerousGoesToPolice));
        assert_eq!(may_announce(false, true), Err(No::PerishableIsDisposed));
        assert_eq!(may_announce(false, false), Ok(()));
    }

    #[test]
    fn finders_and_keepers_are_no_owners() {
        let (finder, keeper, owner) = (person("finder"), person("keeper"), person("owner"));
        let claim = |claimant| {
            let persons = Persons { finder: Some(&finder), received_by: &keeper, claimant };
            may_claim(&persons, false, 2, 3)
        };
        assert_eq!(claim(&finder), Err(No::FinderCannotClaim));
        assert_eq!(claim(&keeper), Err(No::FinderCannotClaim));
        assert_eq!(claim(&owner), Ok(()));
    }

    #[test]
    fn claims_are_counted_per_person() {
        let (keeper, owner) = (person("keeper"), person("owner"));
        let persons = Persons { finder: None, received_by: &keeper, claimant: &owner };
        assert_eq!(may_claim(&persons, false, 3, 3), Err(No::TooManyClaims { limit: 3 }));
        assert_eq!(may_claim(&persons, true, 0, 3), Err(No::ClaimedAlready));
    }

    #[test]
    fn few_matches_need_a_written_reason_and_nobody_judges_their_own_claim() {
        let (keeper, owner, checker) = (person("keeper"), person("owner"), person("checker"));
        let persons = Persons { finder: None, received_by: &keeper, claimant: &owner };
        let approve = |who: &Person, matched, why| may_approve(&persons, who, Fit { matched, needed: 2 }, why, true);
        assert_eq!(approve(&checker, 2, None), Ok(()));
        assert_eq!(approve(&checker, 1, None), Err(No::FewMatches { matched: 1, needed: 2 }));
        assert_eq!(approve(&checker, 1, Some("  ")), Err(No::FewMatches { matched: 1, needed: 2 }));
        assert_eq!(approve(&checker, 1, Some("购物发票与物品一致")), Ok(()));
        assert_eq!(approve(&owner, 3, None), Err(No::CheckerIsInvolved));
        let unseen = may_approve(&persons, &checker, Fit { matched: 3, needed: 2 }, None, false);
        assert_eq!(unseen, Err(No::DocumentNotSeen));
    }

    #[test]
    fn two_uninvolved_persons_hand_over() {
        let (finder, keeper, owner) = (person("finder"), person("keeper"), person("owner"));
        let persons = Persons { finder: Some(&finder), received_by: &keeper, claimant: &owner };
        let by = |names: &[&str]| may_hand_over(&persons, &names.iter().map(|n| person(n)).collect::<Vec<_>>());
        assert_eq!(by(&["keeper", "checker"]), Ok(()));
        assert_eq!(by(&["keeper"]), Err(No::SecondPersonNeeded));
        assert_eq!(by(&["keeper", "keeper"]), Err(No::SecondPersonNeeded));
        assert_eq!(by(&[]), Err(No::SecondPersonNeeded));
        assert_eq!(by(&["keeper", "owner"]), Err(No::CheckerIsInvolved));
        assert_eq!(by(&["keeper", "finder"]), Err(No::CheckerIsInvolved));
    }

    #[test]
    fn similarity_looks_at_kind_place_and_time() {
        let found =
            Trace { category: Category::Wallet, area: "汇川区", from: day("2026-03-02"), to: day("2026-03-02") };
        let lost = |category, area, from, to| Trace { category, area, from: day(from), to: day(to) };
        let score = |l: &Trace| similarity(&found, l);
        assert_eq!(score(&lost(Category::Wallet, "汇川区", "2026-03-01", "2026-03-02")), 100);
        assert_eq!(score(&lost(Category::Wallet, "汇川区上海路", "2026-03-04", "2026-03-05")), 75);
        assert_eq!(score(&lost(Category::Wallet, "红花岗区", "2026-02-01", "2026-02-02")), 50);
        assert_eq!(score(&lost(Category::Other, "汇川区", "2026-03-02", "2026-03-02")), 65);
        assert_eq!(score(&lost(Category::Keys, "汇川区", "2026-03-02", "2026-03-02")), 0);
    }
}
