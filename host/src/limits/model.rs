use std::net::{IpAddr, Ipv6Addr};
use twoway_ids::{Millis, SECOND};

/// So much at once, and one more each time `every` has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub name: &'static str,
    pub burst: i64,
    pub every: Millis,
}

/// Wrong passwords. A right one costs nothing, so that an office behind one address may come to work together; what this stops is
/// one address that tries a few passwords on very many accounts, where no account ever rests.
pub const SIGN_IN_FAILURES: Budget = Budget { name: "sign-in-failures", burst: 60, every: 30 * SECOND };

/// New accounts: enough for a desk at which volunteers register one after the other.
pub const REGISTRATIONS: Budget = Budget { name: "registrations", burst: 60, every: 30 * SECOND };

/// Every write by somebody who is not signed in, whatever comes of it.
pub const WITHOUT_ACCOUNT: Budget = Budget { name: "without-account", burst: 300, every: SECOND };

impl Budget {
    /// How long somebody must wait whose budget is whole again at `whole_at`; none when they may go on now.
    pub fn wait(&self, whole_at: Millis, now: Millis) -> Option<Millis> {
        let wait = whole_at.max(now) + self.every - (now + self.burst * self.every);
        (wait > 0).then_some(wait)
    }

    /// The moment until which `whole_at` is let run: whoever was counted beyond the budget by requests at the same time is not shut
    /// out for hours.
    pub(super) fn latest(&self, now: Millis) -> Millis {
        now + 2 * self.burst * self.every
    }
}

/// What counts as one address: one of IPv4, and of IPv6 the network of 64 bits that one household or office holds.
pub(super) fn bucket(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Budget = Budget { name: "three", burst: 3, every: 10 };

    #[test]
    fn a_budget_is_spent_and_comes_back() {
        let mut whole_at = 0;
        let now = 1_000;
        for _ in 0..3 {
            assert_eq!(THREE.wait(whole_at, now), None);
            whole_at = whole_at.max(now) + THREE.every;
        }
        assert_eq!(THREE.wait(whole_at, now), Some(10), "the fourth waits for the first to come back");
        assert_eq!(THREE.wait(whole_at, now + 9), Some(1));
        assert_eq!(THREE.wait(whole_at, now + 10), None);
        assert_eq!(THREE.wait(whole_at, now + 1_000), None);
    }

    #[test]
    fn an_address_is_what_one_holder_has() {
        let same = |a: &str, b: &str| bucket(a.parse().expect("an address")) == bucket(b.parse().expect("an address"));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
    }
}
