use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Native code on disk. Loading foreign native code is running it, so the folder is the owner's alone and each file carries a MAC
/// under a key that lies beside it with the same rights: it protects against a file that was copied in, restored from elsewhere or
/// damaged, and anything that does not fit is simply compiled again. Deleting the folder is always safe.
pub(super) struct CodeCache {
    folder: PathBuf,
    key: [u8; 64],
}

impl CodeCache {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        let key = key(folder)?;
        Ok(Self { folder: folder.to_path_buf(), key })
    }

    /// The code kept under this name; none when it is absent, or not what [`CodeCache::put`] wrote.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let code = fs::read(self.code_path(name)).ok()?;
        let proof = fs::read_to_string(self.proof_path(name)).ok().and_then(|text| hex::decode(text.trim()).ok());
        if proof.is_some_and(|proof| self.mac(name, &code).verify_slice(&proof).is_ok()) {
            return Some(code);
        }
        tracing::warn!(name, "kept code does not match its proof; it is compiled again");
        None
    }

    pub(super) fn put(&self, name: &str, code: &[u8]) -> io::Result<()> {
        let proof = hex::encode(self.mac(name, code).finalize().into_bytes());
        self.replace(&self.code_path(name), code)?;
        self.replace(&self.proof_path(name), proof.as_bytes())
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    /// The name is part of what is proven, so that one plugin's code cannot stand in for another's.
    fn mac(&self, name: &str, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.key.into());
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(code);
        mac
    }

    fn code_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.cwasm"))
    }

    fn proof_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.mac"))
    }
}

/// The folder's key, made at the first opening with owner-only rights (which temporary files have). Two hosts that start at once
/// agree on the first.
fn key(folder: &Path) -> io::Result<[u8; 64]> {
    let path = folder.join("key");
    for _ in 0..2 {
        match fs::read(&path) {
            Ok(bytes) => {
                if let Ok(key) = <[u8; 64]>::try_from(bytes) {
                    return Ok(key);
                }
                fs::remove_file(&path)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(|e| io::Error::other(e.to_string()))?;
        let mut draft = tempfile::NamedTempFile::new_in(folder)?;
        draft.write_all(&key)?;
        match draft.persist_noclobber(&path) {
            Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => return Err(failed.error),
            _ => {}
        }
    }
    Err(io::Error::other("the code cache's key cannot be made"))
}
