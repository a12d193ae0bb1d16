use crate::engine;
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// Address space of the child, in bytes.
pub(super) const MAX_MEMORY: u64 = 2 << 30;
/// CPU time of the child.
pub(super) const MAX_SECONDS: u64 = 60;
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
    let limit = |amount| Rlimit { current: Some(amount), maximum: Some(amount) };
    setrlimit(Resource::As, limit(MAX_MEMORY))?;
    setrlimit(Resource::Cpu, limit(MAX_SECONDS))?;
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
