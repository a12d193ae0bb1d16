//! Compiles components in a limited child process. A crafted component of a megabyte can cost a minute and gigabytes to compile,
//! and wasmtime counts only what happens at execution as its own vulnerability; so the limit has to be the operating system's.

mod cache;
mod child;

pub use child::{CompileLimits, compile_main};

use crate::engine;
use cache::CodeCache;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use wasmtime::Engine;
use wasmtime::component::Component;

/// The most native code that one component may become, in bytes.
const MAX_CODE: u64 = 128 << 20;

/// The program that compiles: one that calls [`compile_main`] when started with these arguments. The host names itself.
#[derive(Clone, Debug)]
pub struct Compiler {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub limits: CompileLimits,
}

/// Why a component could not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    #[error("compiling takes more than the limit of {} MiB and {} s", .0.memory_mib, .0.seconds)]
    TooExpensive(CompileLimits),
    #[error("the component is not valid: {0}")]
    Invalid(String),
    #[error("the component becomes more than {} MiB of native code", MAX_CODE >> 20)]
    TooLarge,
    #[error("the compiling process could not be run: {0}")]
    Process(#[source] io::Error),
    #[error("the compiled code cannot be loaded: {0}")]
    Load(String),
}

impl Compiler {
    /// `program` with the argument `compile`: what the host and the command line understand.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), args: vec!["compile".into()], limits: CompileLimits::default() }
    }

    /// The program that runs now, with the argument `compile`.
    pub fn this_program() -> io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?))
    }

    fn run(&self, component: &[u8]) -> Result<Vec<u8>, CompileError> {
        // The child gets no environment: it needs none, and ours holds secrets.
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .env(CompileLimits::VARIABLE, self.limits.to_variable())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(CompileError::Process)?;
        let code = exchange(&mut child, component);
        if matches!(code, Err(CompileError::TooLarge)) {
            // It may already have ended; the wait below reaps it either way.
            let _ = child.kill();
        }
        let mut message = String::new();
        if let Some(errors) = child.stderr.take() {
            // What it could not say is covered by its exit status.
            let _ = errors.take(8 << 10).read_to_string(&mut message);
        }
        let status = child.wait().map_err(CompileError::Process)?;
        match (code, status.code()) {
            (Ok(code), Some(0)) => Ok(code),
            (Err(CompileError::TooLarge), _) => Err(CompileError::TooLarge),
            (_, Some(child::INVALID)) => Err(CompileError::Invalid(message.trim().to_string())),
            // A signal: the CPU limit, or the abort after memory was refused.
            (_, None) => Err(CompileError::TooExpensive(self.limits)),
            (Err(error), _) => Err(error),
            (_, Some(status)) => {
                Err(CompileError::Process(io::Error::other(format!("exit status {status}: {}", message.trim()))))
            }
        }
    }
}

fn exchange(child: &mut Child, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    if let Some(mut input) = child.stdin.take() {
        match input.write_all(component) {
            // It died before it had read everything; its status tells why.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => other.map_err(CompileError::Process)?,
        }
    }
    let mut code = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(MAX_CODE + 1).read_to_end(&mut code).map_err(CompileError::Process)?;
    }
    if code.len() as u64 > MAX_CODE { Err(CompileError::TooLarge) } else { Ok(code) }
}

/// Compiled code by the digest of its component: from the cache folder, or from the child process, one at a time.
pub(crate) struct CodeStore {
    compiler: Compiler,
    cache: CodeCache,
    compatibility: String,
    /// Held while compiling, so that a second request for the same digest finds the first one's result.
    compiling: Mutex<()>,
}

impl CodeStore {
    pub(crate) fn open(folder: &Path, compiler: Compiler, engine: &Engine) -> io::Result<Self> {
        Ok(Self {
            compiler,
            cache: CodeCache::open(folder)?,
            compatibility: engine::compatibility(engine),
            compiling: Mutex::new(()),
        })
    }

    /// `digest` is the hexadecimal SHA-256 of `component`.
    pub(crate) fn load(&self, engine: &Engine, digest: &str, component: &[u8]) -> Result<Component, CompileError> {
        let name = format!("{digest}-{}", self.compatibility);
        if let Some(loaded) = self.cached(engine, &name) {
            return Ok(loaded);
        }
        let _one_at_a_time = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = self.cached(engine, &name) {
            return Ok(loaded);
        }
        let code = self.compiler.run(component)?;
        let loaded = deserialize(engine, &code).map_err(|e| CompileError::Load(format!("{e:#}")))?;
        if let Err(error) = self.cache.put(&name, &code) {
            tracing::warn!(%error, %name, "compiled code could not be kept; it will be compiled again");
        }
        Ok(loaded)
    }

    fn cached(&self, engine: &Engine, name: &str) -> Option<Component> {
        let code = self.cache.get(name)?;
        deserialize(engine, &code)
            .map_err(|error| tracing::warn!(%error, %name, "kept code does not load; it is compiled again"))
            .ok()
    }
}

fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` came out of our own compiling child in this call, or out of the cache with a valid MAC, whose key only this
    // system account can read. Nobody else can hand us native code.
    unsafe { Component::deserialize(engine, code) }
}
