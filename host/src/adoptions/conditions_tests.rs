use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn line(n: u128, minimum: i64, firm: i64) -> Needed {
    Needed { id: id(n), minimum, required: true, firm }
}

fn pledge(n: u128, line: u128, quantity: i64, needs: Option<u128>) -> Pledge {
    Pledge { id: id(n), line: id(line), quantity, needs: needs.map(id) }
}

fn met_of(lines: &[Needed], pledges: &[Pledge]) -> Vec<u128> {
    let mut found: Vec<u128> = met(lines, pledges).into_iter().map(|id| id.as_u128()).collect();
    found.sort_unstable();
    found
}

#[test]
fn nothing_is_met_where_something_required_is_short() {
    assert!(met_of(&[], &[]).is_empty());
    let lines = [line(1, 100, 60), line(2, 1, 0)];
    assert!(met_of(&lines, &[pledge(11, 1, 40, None)]).is_empty(), "the second line has nothing");
    let lines = [line(1, 100, 60), line(2, 1, 1)];
    assert_eq!(met_of(&lines, &[pledge(11, 1, 40, None)]), [11]);
    assert!(met_of(&lines, &[pledge(11, 1, 39, None)]).is_empty(), "one too few");
}

#[test]
fn a_line_that_is_not_required_holds_nobody_up() {
    let spare = Needed { required: false, ..line(2, 5, 0) };
    assert_eq!(met_of(&[line(1, 10, 10), spare], &[pledge(11, 1, 1, None)]), [11]);
    assert!(met_of(&[line(1, 10, 10), spare], &[pledge(11, 1, 1, Some(2))]).is_empty(), "but who asks for it waits");
}

#[test]
fn two_who_wait_for_each_other_both_bind() {
    let lines = [line(1, 50, 0), line(2, 1, 0)];
    let pledges = [pledge(11, 1, 50, Some(2)), pledge(12, 2, 1, Some(1))];
    assert_eq!(met_of(&lines, &pledges), [11, 12]);
    assert!(met_of(&lines, &pledges[..1]).is_empty(), "one of them alone waits");
}

#[test]
fn who_depends_on_somebody_who_falls_out_falls_out_too() {
    // 13 waits for a line that nobody covers; 12 counts on 13, 11 on 12.
    let lines = [line(1, 10, 0), line(2, 10, 0), line(3, 10, 0), line(4, 10, 0)];
    let chain = [pledge(11, 1, 10, Some(2)), pledge(12, 2, 10, Some(3)), pledge(13, 3, 10, Some(4))];
    assert!(met_of(&lines, &chain).is_empty());
    let firm = [line(1, 10, 0), line(2, 10, 0), line(3, 10, 0), line(4, 10, 10)];
    assert_eq!(met_of(&firm, &chain), [11, 12, 13]);
}

#[test]
fn the_set_is_the_largest_and_does_not_hang_on_the_order() {
    let lines = [line(1, 30, 0), line(2, 10, 10), line(3, 5, 0)];
    // 11 and 12 carry line 1 together, 13 waits for line 3 in vain and is not missed.
    let pledges =
        [pledge(11, 1, 15, Some(1)), pledge(12, 1, 15, Some(2)), pledge(13, 2, 4, Some(3)), pledge(14, 2, 1, Some(1))];
    assert_eq!(met_of(&lines, &pledges), [11, 12, 14]);
    let turned: Vec<Pledge> = pledges.iter().rev().copied().collect();
    assert_eq!(met_of(&lines, &turned), [11, 12, 14]);
}
