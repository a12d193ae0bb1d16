//! The rules, as functions over values: no host, no records, so each is tested in a line.

use crate::No;

/// Whether one more person may sign up.
pub fn may_sign_up(taken: u32, places: u32, signed_up_already: bool) -> Result<(), No> {
    if signed_up_already {
        return Err(No::SignedUpAlready);
    }
    if taken >= places {
        return Err(No::SlotFull { places });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_is_given_once() {
        assert_eq!(may_sign_up(2, 3, false), Ok(()));
        assert_eq!(may_sign_up(3, 3, false), Err(No::SlotFull { places: 3 }));
        assert_eq!(may_sign_up(0, 3, true), Err(No::SignedUpAlready));
    }
}
