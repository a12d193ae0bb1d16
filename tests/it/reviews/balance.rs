//! The balanced assignment by itself: what holds for every input, and how much work a large call is.

use proptest::prelude::*;
use twoway::reviews::plan::balance::{Desk, EXCHANGES, Outcome, Wish, balance};

#[derive(Clone, Debug)]
struct Case {
    desks: Vec<(usize, usize)>,
    /// How many each proposal wants, who is free, whose field it is.
    wishes: Vec<(usize, Vec<bool>, Vec<bool>)>,
}

impl Case {
    fn parts(&self) -> (Vec<Desk>, Vec<Wish>) {
        let desks = self.desks.iter().map(|(load, most)| Desk { load: *load, most: *most }).collect();
        let set = |bits: &[bool]| bits.iter().enumerate().filter(|(_, on)| **on).map(|(n, _)| n).collect();
        let wish = |(wanted, free, expert): &(usize, Vec<bool>, Vec<bool>)| Wish {
            wanted: *wanted,
            free: set(free),
            expert: set(expert),
        };
        (desks, self.wishes.iter().map(wish).collect())
    }

    fn solved(&self) -> Outcome {
        let (desks, wishes) = self.parts();
        balance(&desks, &wishes)
    }
}

fn cases(proposals: usize, reviewers: usize) -> impl Strategy<Value = Case> {
    (1..=reviewers).prop_flat_map(move |r| {
        let bits = || prop::collection::vec(any::<bool>(), r);
        let desks = prop::collection::vec((0..3_usize, 0..6_usize), r);
        let wishes = prop::collection::vec((0..4_usize, bits(), bits()), 1..=proposals);
        (desks, wishes).prop_map(|(desks, wishes)| Case { desks, wishes })
    })
}

/// The most that can be placed, and the evenest way to do it, by trying everything: fewest lacking, then the least sum of squares.
fn best(case: &Case) -> (usize, usize) {
    fn go(case: &Case, at: usize, loads: &mut Vec<usize>, placed: usize, best: &mut (usize, usize)) {
        let Some((wanted, free, _)) = case.wishes.get(at) else {
            let squares = loads.iter().map(|n| n * n).sum();
            if placed > best.0 || (placed == best.0 && squares < best.1) {
                *best = (placed, squares);
            }
            return;
        };
        for choice in 0_u32..1 << loads.len() {
            let chosen: Vec<usize> = (0..loads.len()).filter(|r| choice & (1 << r) != 0).collect();
            let fits = chosen.iter().all(|r| free[*r] && loads[*r] < case.desks[*r].1);
            if chosen.len() > *wanted || !fits {
                continue;
            }
            chosen.iter().for_each(|r| loads[*r] += 1);
            go(case, at + 1, loads, placed + chosen.len(), best);
            chosen.iter().for_each(|r| loads[*r] -= 1);
        }
    }
    let mut best = (0, usize::MAX);
    let mut loads = case.desks.iter().map(|(load, _)| *load).collect();
    go(case, 0, &mut loads, 0, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_chosen_is_allowed_and_the_same_every_time(case in cases(30, 12)) {
        let outcome = case.solved();
        prop_assert_eq!(&outcome, &case.solved());
        let mut loads: Vec<usize> = case.desks.iter().map(|(load, _)| *load).collect();
        for ((wanted, free, _), chosen) in case.wishes.iter().zip(&outcome.chosen) {
            prop_assert!(chosen.len() <= *wanted, "more than asked for");
            prop_assert!(chosen.iter().all(|r| free[*r]), "somebody with a conflict");
            prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]), "somebody twice");
            chosen.iter().for_each(|r| loads[*r] += 1);
        }
        prop_assert_eq!(&outcome.loads, &loads);
        for ((before, most), load) in case.desks.iter().zip(&loads) {
            prop_assert!(load <= most || load == before, "more than they take on");
        }
    }

    #[test]
    fn nothing_that_could_be_filled_is_empty_and_nothing_is_more_even(case in cases(4, 4)) {
        let outcome = case.solved();
        let placed: usize = outcome.chosen.iter().map(Vec::len).sum();
        let (most, squares) = best(&case);
        prop_assert_eq!(placed, most, "{:?}", outcome);
        let even: usize = outcome.loads.iter().map(|n| n * n).sum();
        prop_assert_eq!(even, squares, "{:?}", outcome);
    }
}

/// A row of numbers that looks like chance and is the same every time.
fn chance(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn large(most: usize) -> Case {
    let mut seed = 7;
    let desks = (0..200).map(|_| (0, most)).collect();
    let wish = |_| {
        // One in ten has a conflict with each proposal, one in eight knows the field.
        let free = (0..200).map(|_| !chance(&mut seed).is_multiple_of(10)).collect();
        let expert = (0..200).map(|_| chance(&mut seed).is_multiple_of(8)).collect();
        (3, free, expert)
    };
    Case { desks, wishes: (0..5_000).map(wish).collect() }
}

/// 5,000 proposals, 200 reviewers, three reviews each: counted in steps, for a clock says more of the machine than of the way.
#[test]
fn a_large_call_is_a_matter_of_some_million_steps() {
    for (most, placed) in [(usize::MAX, 15_000), (75, 15_000), (40, 8_000)] {
        let case = large(most);
        let outcome = case.solved();
        assert_eq!(outcome.chosen.iter().map(Vec::len).sum::<usize>(), placed, "with {most} at most");
        let (least, highest) = (outcome.loads.iter().min(), outcome.loads.iter().max());
        let spread = highest.zip(least).map(|(high, low)| high - low);
        assert!(spread <= Some(1), "{:?}", outcome.loads);
        assert!(outcome.steps < 10_000_000 + EXCHANGES, "{} steps with {most} at most", outcome.steps);
        let known = outcome.chosen.iter().zip(&case.wishes);
        let known: usize = known.map(|(chosen, (_, _, expert))| chosen.iter().filter(|r| expert[**r]).count()).sum();
        // By chance it would be one in eight.
        assert!(known * 10 > placed * 9, "{known} of {placed} are in their reviewer's field");
    }
}
