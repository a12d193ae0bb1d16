//! argon2id, off the async threads, a few at a time: a flood of sign-ins may make sign-ins slow, never the site.

use crate::Refusal;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many may wait for a permit before the next are told to come back later.
const QUEUE: usize = 64;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords(Arc<Parts>);

struct Parts {
    argon2: Argon2<'static>,
    permits: Semaphore,
    waiting: Semaphore,
    /// The hash of nothing that anybody knows: checked when there is no account, so that both take the same time.
    dummy: String,
}

impl Passwords {
    /// What OWASP recommends as the least: 19 MiB, two passes, one lane.
    pub fn recommended() -> anyhow::Result<Self> {
        Self::new(19 * 1024, 2)
    }

    /// `memory` in KiB. Anything below [`Passwords::recommended`] is for tests.
    pub fn new(memory: u32, passes: u32) -> anyhow::Result<Self> {
        let params = Params::new(memory, passes, 1, None).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash(&argon2, &hex::encode(twoway_ids::new_secret()))?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self(Arc::new(Parts { argon2, permits: Semaphore::new(cores), waiting: Semaphore::new(QUEUE), dummy })))
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &str) -> Result<String, Refusal> {
        let password = password.to_string();
        self.run(move |parts| hash(&parts.argon2, &password)).await
    }

    /// Whether the password belongs to the stored hash. Without a hash the answer is no, after the same work.
    pub async fn verify(&self, stored: Option<String>, password: &str) -> Result<bool, Refusal> {
        let password = password.to_string();
        self.run(move |parts| {
            let known = stored.is_some();
            let stored = stored.as_deref().unwrap_or(&parts.dummy);
            let parsed = PasswordHash::new(stored).map_err(|e| anyhow::anyhow!("stored password hash: {e}"))?;
            Ok(parts.argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Parts) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _queued = self.0.waiting.try_acquire().map_err(|_| Refusal::Busy)?;
        let _permit = self.0.permits.acquire().await.map_err(|e| Refusal::Internal(e.into()))?;
        let parts = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&parts)).await;
        Ok(done.map_err(|e| anyhow::Error::new(e).context("password hashing"))??)
    }
}

fn hash(argon2: &Argon2<'static>, password: &str) -> anyhow::Result<String> {
    let salt = &twoway_ids::new_secret()[..16];
    let hash: PasswordHash =
        argon2.hash_password_with_salt(password.as_bytes(), salt).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_passes() {
        let passwords = Passwords::new(64, 1).expect("parameters");
        let stored = passwords.hash("志愿者 the password").await.expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        assert!(passwords.verify(Some(stored.clone()), "志愿者 the password").await.expect("checked"));
        assert!(!passwords.verify(Some(stored), "another").await.expect("checked"));
        assert!(!passwords.verify(None, "another").await.expect("checked"));
    }

    #[tokio::test]
    async fn a_flood_is_told_to_come_back_later() {
        let passwords = Passwords::new(64, 1).expect("parameters");
        let queue = passwords.0.waiting.acquire_many(QUEUE as u32).await.expect("all places");
        assert!(matches!(passwords.verify(None, "guess").await, Err(Refusal::Busy)));
        assert!(matches!(passwords.hash("new").await, Err(Refusal::Busy)));
        drop(queue);
        assert!(!passwords.verify(None, "guess").await.expect("checked"));
    }

    #[test]
    fn the_shipped_strength_is_the_recommended_one() {
        let passwords = Passwords::recommended().expect("parameters");
        assert!(passwords.0.dummy.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", passwords.0.dummy);
    }
}
