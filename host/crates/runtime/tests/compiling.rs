//! Compiling happens in a limited child, its result is kept, and what is kept is never believed blindly.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod support;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use support::*;
use twoway_runtime::{CompileError, CompileLimits, Compiler, LoadError, RuntimeConfig};

fn load(folder: &Path, compiler: Compiler) -> Result<(), LoadError> {
    let runtime = twoway_runtime::Runtime::new(RuntimeConfig::new(folder, compiler)).expect("starts");
    let plugin = runtime.load(&good(), &manifest())?;
    assert_eq!(act(&plugin).expect("decides").writes.len(), 1);
    Ok(())
}

fn absent() -> Compiler {
    Compiler::new("/nonexistent/compiler")
}

fn kept(folder: &Path, ending: &str) -> PathBuf {
    let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    names.into_iter().find(|p| p.extension().is_some_and(|e| e == ending)).expect("is kept")
}

#[test]
fn compiled_code_is_kept_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let code = folder.path().join("code");
    assert!(matches!(load(&code, absent()), Err(LoadError::Compile(CompileError::Process(_)))));
    load(&code, compiler()).expect("compiles");
    load(&code, absent()).expect("needs no compiler any more");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&code), 0o700);
    assert_eq!(mode(&code.join("key")), 0o600);
    fs::remove_dir_all(&code).unwrap();
    load(&code, compiler()).expect("compiles again");
}

#[test]
fn changed_exchanged_or_unproven_code_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let code = folder.path();
    load(code, compiler()).expect("compiles");
    let original = fs::read(kept(code, "cwasm")).unwrap();
    let damage: [&dyn Fn(); 4] = [
        &|| {
            let mut changed = original.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            fs::write(kept(code, "cwasm"), changed).unwrap();
        },
        &|| fs::write(kept(code, "mac"), "00".repeat(32)).unwrap(),
        &|| fs::remove_file(kept(code, "mac")).unwrap(),
        &|| fs::write(code.join("key"), [9; 64]).unwrap(),
    ];
    for damage in damage {
        damage();
        assert!(load(code, absent()).is_err(), "what does not fit its proof is not loaded");
        load(code, compiler()).expect("compiles again");
        assert_eq!(fs::read(kept(code, "cwasm")).unwrap(), original);
    }
}

/// One core module of many long functions, each with thousands of branches over hundreds of locals: small to send, dear to compile.
fn bomb() -> Vec<u8> {
    let mut body = String::new();
    for n in 0..200 {
        write!(body, "(local $l{n} i64)").unwrap();
    }
    for n in 0..5_000 {
        let (a, b) = (n % 200, (n * 7 + 1) % 200);
        write!(
            body,
            "(if (i64.eqz (local.get $l{a})) (then (local.set $l{b} (i64.add (local.get $l{a}) (local.get $l{b})))))"
        )
        .unwrap();
    }
    let guest = Guest { more: format!("(func {body})").repeat(10), ..Guest::default() };
    guest.component()
}

#[test]
fn a_compile_bomb_is_killed_and_the_host_stays() {
    for limits in [
        CompileLimits { seconds: 1, ..CompileLimits::default() },
        CompileLimits { memory_mib: 96, ..CompileLimits::default() },
    ] {
        let bench = Bench::with(|config| config.compiler = Compiler { limits, ..compiler() });
        let error = bench.runtime.load(&bomb(), &manifest()).err().expect("is too dear");
        assert!(matches!(error, LoadError::Compile(CompileError::TooExpensive(_))), "{error}");
        bench.assert_alive();
    }
}

#[test]
fn a_program_that_is_no_compiler_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let of = |program: &str| match load(folder.path(), Compiler { program: program.into(), args: vec![], ..compiler() })
    {
        Err(LoadError::Compile(error)) => error,
        _ => panic!("loaded"),
    };
    assert!(matches!(of("/bin/false"), CompileError::Process(_)));
    assert!(matches!(of("/bin/cat"), CompileError::Load(_)), "wasm is not native code");
}
