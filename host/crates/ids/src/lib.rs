//! Identity and time, passed in: ids that sort by time, secrets that cannot be guessed, and the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
pub use uuid::Uuid;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// The only source of "now". A test or the demo holds a [`Clock::simulated`] one and moves it.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    pub fn simulated(start: Millis) -> Self {
        Self::Simulated(Arc::new(AtomicI64::new(start)))
    }

    pub fn now(&self) -> Millis {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                since.map_or(0, |d| d.as_millis() as Millis)
            }
            Self::Simulated(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a simulated clock. The system's clock stays where it is.
    pub fn set(&self, to: Millis) {
        if let Self::Simulated(at) = self {
            at.store(to, Ordering::SeqCst);
        }
    }

    pub fn advance(&self, by: Millis) {
        if let Self::Simulated(at) = self {
            at.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// A UUIDv7 whose time part is `now`. Sortable, not secret: rights never depend on it.
pub fn new_id(now: Millis) -> Uuid {
    let mut random = [0u8; 10];
    fill_random(&mut random);
    uuid::Builder::from_unix_timestamp_millis(now.max(0) as u64, &random).into_uuid()
}

/// 256 bits that nobody can guess, for sessions, invitations and the like.
pub fn new_secret() -> [u8; 32] {
    let mut bytes = [0u8; 32];
    fill_random(&mut bytes);
    bytes
}

/// Six decimal digits, each combination equally likely.
pub fn new_code() -> String {
    loop {
        let mut bytes = [0u8; 4];
        fill_random(&mut bytes);
        let number = u32::from_be_bytes(bytes);
        // The largest multiple of a million below 2^32; above it the low codes would be likelier.
        if number < 4_294_000_000 {
            return format!("{:06}", number % 1_000_000);
        }
    }
}

fn fill_random(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "a machine without randomness must not go on: every secret would be guessable"
    )]
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_time() {
        assert!(new_id(1_000) < new_id(2_000));
        assert_eq!(new_id(1_000).get_version_num(), 7);
    }

    #[test]
    fn a_simulated_clock_moves_only_when_told() {
        let clock = Clock::simulated(5);
        assert_eq!(clock.now(), 5);
        clock.advance(DAY);
        assert_eq!(clock.now(), 5 + DAY);
    }
}
