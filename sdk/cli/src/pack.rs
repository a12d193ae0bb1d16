//! Writes the one file in which a plugin travels.

use crate::build::write as write_file;
use crate::check::Accepted;
use anyhow::Context;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use std::path::Path;
use twoway_runtime::write_twk;

/// Reads an Ed25519 private key (PKCS#8 in PEM), as `openssl genpkey -algorithm ed25519` makes them.
pub fn read_key(path: &Path) -> anyhow::Result<SigningKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    SigningKey::from_pkcs8_pem(&text)
        .map_err(|_| anyhow::anyhow!("{} holds no Ed25519 private key in PEM form", path.display()))
}

pub fn write(accepted: &Accepted, key: Option<&SigningKey>) -> anyhow::Result<()> {
    let manifest = &accepted.package.manifest;
    let path = accepted.built.packages.join(format!("{}-{}.twk", manifest.id, manifest.version));
    write_file(&path, &write_twk(&accepted.files, key)?)?;
    let signed = if key.is_some() { "signed" } else { "unsigned" };
    println!("{} ({signed}, {} KiB component)", path.display(), accepted.built.component.len() >> 10);
    Ok(())
}
