use crate::engine;
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// What the child may use. It limits itself; the operating system holds it to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// Address space.
    pub memory_mib: u64,
    /// CPU time.
    pub seconds: u64,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { memory_mib: 2_048, seconds: 60 }
    }
}

impl CompileLimits {
    /// The only thing in the child's environment, so that any program can be one whatever its arguments mean.
    pub(super) const VARIABLE: &str = "TWOWAY_COMPILE_LIMITS";

    pub(super) fn to_variable(self) -> String {
        format!("{} {}", self.memory_mib, self.seconds)
    }

    fn from_variable(text: &str) -> Option<Self> {
        let (memory_mib, seconds) = text.split_once(' ')?;
        Some(Self { memory_mib: memory_mib.parse().ok()?, seconds: seconds.parse().ok()? })
    }
}

/// The exit status that says: the component itself is wrong, and the message tells how.
pub(super) const INVALID: i32 = 65;

const MAX_INPUT: u64 = 32 << 20;

/// The whole life of the compiling child: limits itself, reads a component from standard input, writes native code to standard
/// output. A program that names itself as [`crate::Compiler`] calls this first of all, before it starts threads or opens files.
pub fn compile_main() -> ExitCode {
    match limit_this_process().and_then(|()| compile(io::stdin().lock(), io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message: String = error.to_string().chars().take(2_000).collect();
            eprintln!("{message}");
            if error.kind() == io::ErrorKind::InvalidData { ExitCode::from(INVALID as u8) } else { ExitCode::FAILURE }
        }
    }
}

fn limit_this_process() -> io::Result<()> {
    let given = std::env::var(CompileLimits::VARIABLE).ok();
    let limits = given.and_then(|text| CompileLimits::from_variable(&text)).unwrap_or_default();
    let limit = |amount| Rlimit { current: Some(amount), maximum: Some(amount) };
    setrlimit(Resource::As, limit(limits.memory_mib << 20))?;
    setrlimit(Resource::Cpu, limit(limits.seconds))?;
    setrlimit(Resource::Core, limit(0))?;
    nice(19)?;
    Ok(())
}

fn compile(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut component = Vec::new();
    input.take(MAX_INPUT).read_to_end(&mut component)?;
    let engine = engine::compiling_engine().map_err(|e| io::Error::other(format!("{e:#}")))?;
    let code = engine
        .precompile_component(&component)
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, format!("{e:#}")))?;
    output.write_all(&code)?;
    output.flush()
}
