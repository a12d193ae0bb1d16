//! `setup` finds a wasm toolchain or installs one; `doctor` only looks.

use crate::toolchain::{self, TARGET, Toolchain};
use anyhow::bail;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A machine without access to rustup's servers may hang; then the distribution's packages are tried.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(120);

const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];
/// What Debian's `/usr/bin/rust-lld` points to.
const LINKER_PACKAGE: &str = "lld-22";

pub fn setup(may_install: bool) -> anyhow::Result<()> {
    if let Some(found) = Toolchain::find() {
        println!("wasm toolchain: {}", found.words());
        return Ok(());
    }
    if may_install {
        println!("No wasm toolchain yet. Trying rustup …");
        if !add_rustup_target() && may_use_apt() {
            println!("rustup could not provide {TARGET}. Installing the distribution's packages …");
            install_packages();
        }
        if let Some(found) = Toolchain::find() {
            println!("wasm toolchain: {}", found.words());
            return Ok(());
        }
    }
    bail!("no wasm toolchain was found.\n{}", what_to_run());
}

fn what_to_run() -> String {
    format!(
        "Run one of these, then `cargo twoway setup` again:\n  rustup target add {TARGET}\n  sudo apt-get install {}   (Debian 12 and later)",
        packages().join(" ")
    )
}

fn packages() -> Vec<&'static str> {
    let linker = toolchain::lacks_linker().then_some(LINKER_PACKAGE);
    PACKAGES.into_iter().chain(linker).collect()
}

fn add_rustup_target() -> bool {
    let child = Command::new("rustup").args(["target", "add", TARGET]).stdin(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if begun.elapsed() < RUSTUP_PATIENCE => std::thread::sleep(Duration::from_millis(200)),
            Ok(None) | Err(_) => {
                eprintln!("rustup did not finish within {} s.", RUSTUP_PATIENCE.as_secs());
                // It may have ended between the look and the kill; either way it is reaped.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

fn may_use_apt() -> bool {
    let root = toolchain::output("id", &["-u"]).is_some_and(|id| id == "0");
    root && toolchain::output("apt-get", &["--version"]).is_some()
}

fn install_packages() {
    let install = || {
        Command::new("apt-get")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages())
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .is_ok_and(|status| status.success())
    };
    // A fresh machine may not know any packages yet.
    if !install() && Command::new("apt-get").arg("update").status().is_ok_and(|s| s.success()) {
        install();
    }
}

pub fn doctor() -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let lines = [
        ("cargo", toolchain::output(cargo, &["--version"])),
        ("rustc", toolchain::output("rustc", &["--version"])),
        ("wasm toolchain", Toolchain::find().map(|t| t.words())),
        ("contract", Some(twoway_manifest::CONTRACT_VERSIONS.join(", "))),
    ];
    for (what, found) in &lines {
        println!("{:<16}{}", what, found.as_deref().unwrap_or("missing"));
    }
    if lines.iter().any(|(_, found)| found.is_none()) {
        bail!("something is missing.\n{}", what_to_run());
    }
    Ok(())
}
