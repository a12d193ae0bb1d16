//! What holds of the measure of alikeness for any texts.

use proptest::prelude::*;
use std::collections::BTreeSet;
use twoway::proposals::compare::compare;
use twoway::proposals::similar::measure::{Gram, alike, grams, marked, phrases, weight};

/// Texts of few characters share a lot by chance.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop::sample::select(vec!["志", "愿", "服", "务", "老", "人", "，", "。", " ", "AI", "2027", "\n"]),
        0..60,
    )
    .prop_map(|parts| parts.concat())
}

fn weigh(gram: Gram) -> f64 {
    weight(1_000, gram.rem_euclid(999) + 1)
}

fn measured(a: &BTreeSet<Gram>, b: &BTreeSet<Gram>) -> f64 {
    alike(a, b, weigh)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_symmetric_and_between_nothing_and_all(a in text(), b in text()) {
        let (a, b) = (grams(&a), grams(&b));
        let one = measured(&a, &b);
        prop_assert!((0.0..=1.0).contains(&one));
        prop_assert!((one - measured(&b, &a)).abs() < 1e-9);
        prop_assert_eq!(one == 0.0, a.is_disjoint(&b));
    }

    #[test]
    fn a_text_is_like_itself_and_less_like_itself_with_more(a in text(), more in text()) {
        let (short, long) = (grams(&a), grams(&format!("{a}\n{more}")));
        prop_assume!(!short.is_empty());
        prop_assert!((measured(&short, &short) - 1.0).abs() < 1e-9);
        prop_assert!(short.is_subset(&long));
        prop_assert!(measured(&short, &long) <= 1.0);
        prop_assert!((measured(&short, &long) - 1.0).abs() > 1e-9 || short == long);
    }

    #[test]
    fn marking_loses_nothing_and_marks_what_is_shared(a in text(), b in text()) {
        let other = grams(&b);
        let parts = marked(&a, &other);
        prop_assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), a.clone());
        prop_assert_eq!(parts.iter().any(|part| part.shared), !grams(&a).is_disjoint(&other));
        for phrase in phrases(&a, &other, 3) {
            prop_assert!(a.contains(&phrase));
        }
    }

    #[test]
    fn two_versions_are_shown_whole(a in text(), b in text()) {
        let (old, new) = compare(&a, &b);
        prop_assert_eq!(old.iter().map(|piece| piece.text.as_str()).collect::<String>(), a);
        prop_assert_eq!(new.iter().map(|piece| piece.text.as_str()).collect::<String>(), b);
        let kept = |pieces: &[twoway::proposals::compare::Piece]| {
            pieces.iter().filter(|p| p.is_kept()).map(|p| p.text.as_str()).collect::<String>()
        };
        prop_assert_eq!(kept(&old), kept(&new));
    }
}
