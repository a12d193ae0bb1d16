use anyhow::Context;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The host's secrets, made at first start in `data/keys` with owner-only rights. Several hosts share the folder's content.
pub struct Keys {
    /// Signs tokens and seals.
    pub signing: SigningKey,
    /// First 16 hex digits of the public key's SHA-256: the `kid` of tokens and the seals' key id.
    pub signing_id: String,
    /// The PKCS #8 form, as the token library wants it.
    pub signing_pem: String,
    /// Wraps the projects' data keys.
    pub master: [u8; 32],
    /// Makes keyed hashes of codes and guesses.
    pub pepper: [u8; 32],
}

impl Keys {
    /// Reads the keys or makes them. Refuses a key file that others may read.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        make_private_folder(folder)?;
        let pem = read_or_make(&folder.join("signing.pem"), || {
            let key = SigningKey::from_bytes(&twoway_ids::new_secret());
            let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|e| anyhow::anyhow!("signing key: {e}"))?;
            Ok(pem.as_bytes().to_vec())
        })?;
        let signing_pem = String::from_utf8(pem).context("data/keys/signing.pem is not text")?;
        let signing = SigningKey::from_pkcs8_pem(&signing_pem)
            .map_err(|e| anyhow::anyhow!("data/keys/signing.pem is not an Ed25519 key: {e}"))?;
        let signing_id = hex::encode(&Sha256::digest(signing.verifying_key().as_bytes())[..8]);
        let master = secret(&folder.join("master.key"))?;
        let pepper = secret(&folder.join("pepper.key"))?;
        Ok(Self { signing, signing_id, signing_pem, master, pepper })
    }

    /// Ed25519 over `message`, hex.
    pub fn sign(&self, message: &[u8]) -> String {
        hex::encode(self.signing.sign(message).to_bytes())
    }

    /// HMAC-SHA-256 under the pepper, hex: for one-time codes and other short secrets that a plain hash would betray.
    pub fn keyed_hash(&self, purpose: &str, text: &str) -> String {
        use hmac::{Hmac, KeyInit, Mac};
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.pepper).expect("any key length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

fn secret(path: &Path) -> anyhow::Result<[u8; 32]> {
    let bytes = read_or_make(path, || Ok(twoway_ids::new_secret().to_vec()))?;
    bytes.try_into().map_err(|_| anyhow::anyhow!("{} is damaged: it must hold 32 bytes", path.display()))
}

fn read_or_make(path: &Path, make: impl FnOnce() -> anyhow::Result<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    if !path.exists() {
        let content = make()?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(&content)?;
        file.sync_all()?;
        return Ok(content);
    }
    let mode = std::fs::metadata(path)?.mode() & 0o077;
    anyhow::ensure!(mode == 0, "{} can be read by others; run: chmod 600 {0}", path.display());
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_and_kept_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let first = Keys::load(&path).expect("made");
        let again = Keys::load(&path).expect("read");
        assert_eq!(first.signing_id, again.signing_id);
        let file = path.join("master.key");
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("loosened");
        let error = Keys::load(&path).err().expect("refused").to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }
}
