//! What compiles Rust to `wasm32-unknown-unknown`. In this order: a toolchain that has the target, or a distribution's compiler
//! that comes with the library's sources, so that cargo builds the library itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler for the web and the sources that match it: `rustc-web`, `rust-web-src`.
const DISTRIBUTION_RUSTC: &str = "/usr/bin/rustc";
const DISTRIBUTION_LINKER: &str = "/usr/bin/rust-lld";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The compiler that cargo uses anyway has the target.
    WithTarget { version: String },
    /// This compiler builds the library from its own sources, about 100 seconds once.
    WithSources { rustc: PathBuf, linker: PathBuf, version: String },
}

impl Toolchain {
    /// None where neither kind is there.
    pub fn find() -> Option<Self> {
        with_target().or_else(with_sources)
    }

    pub fn words(&self) -> String {
        match self {
            Self::WithTarget { version } => format!("{version} with the target {TARGET}"),
            Self::WithSources { rustc, linker, version } => {
                format!(
                    "{version} ({}, builds the library from its sources, links with {})",
                    rustc.display(),
                    linker.display()
                )
            }
        }
    }

    /// Sets a cargo command up to build for the target.
    pub fn apply(&self, cargo: &mut Command) {
        cargo.args(["--target", TARGET]);
        if let Self::WithSources { rustc, linker, .. } = self {
            cargo.args(["-Z", "build-std=std,panic_abort"]);
            cargo.env("RUSTC", rustc);
            // A stable compiler lets this switch through; it is what its distribution was built with.
            cargo.env("RUSTC_BOOTSTRAP", "1");
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }
}

/// The output of a short command, if it succeeds.
pub fn output(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

fn with_target() -> Option<Toolchain> {
    let folder = output(rustc(), &["--print", "target-libdir", "--target", TARGET])?;
    let has_library =
        std::fs::read_dir(folder).ok()?.flatten().any(|e| e.file_name().to_string_lossy().starts_with("libstd-"));
    if !has_library {
        return None;
    }
    Some(Toolchain::WithTarget { version: output(rustc(), &["--version"])? })
}

fn with_sources() -> Option<Toolchain> {
    let rustc = PathBuf::from(DISTRIBUTION_RUSTC);
    let version = output(&rustc, &["--version"])?;
    let sources =
        PathBuf::from(output(&rustc, &["--print", "sysroot"])?).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    // Only a compiler built with the wasm back end knows the target.
    let knows_target = output(&rustc, &["--print", "cfg", "--target", TARGET]).is_some();
    if !sources.exists() || !knows_target {
        return None;
    }
    Some(Toolchain::WithSources { rustc, linker: linker()?, version })
}

/// A real `rust-lld`: the one of the compiler that cargo uses, or the distribution's, whose link may dangle.
fn linker() -> Option<PathBuf> {
    let own = || {
        let sysroot = output(rustc(), &["--print", "sysroot"])?;
        let triple = output(rustc(), &["-vV"])?.lines().find_map(|l| l.strip_prefix("host: ").map(str::to_string))?;
        Some(Path::new(&sysroot).join("lib/rustlib").join(triple).join("bin/rust-lld"))
    };
    own().filter(|p| p.exists()).or_else(|| {
        let path = PathBuf::from(DISTRIBUTION_LINKER);
        path.exists().then_some(path)
    })
}

/// Whether a linker would have to be installed beside the distribution's compiler.
pub fn lacks_linker() -> bool {
    linker().is_none()
}
