//! `cargo twoway`: from an empty folder to a packed plugin. Each command is a file; what they know of a plugin is in `source.rs`.

mod build;
mod check;
mod pack;
mod placeholders;
mod scaffold;
mod scenario;
mod setup;
mod source;
mod toolchain;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo", disable_help_subcommand = true)]
enum Cargo {
    /// Make, check, try and pack Twoway plugins
    #[command(version, subcommand)]
    Twoway(Command),
}

#[derive(Subcommand)]
enum Command {
    /// Find or install what compiles Rust to WebAssembly
    Setup {
        /// Install nothing: only say what to run
        #[arg(long)]
        no_install: bool,
    },
    /// Say what is there and what is missing
    Doctor,
    /// Start a plugin in a new folder
    New {
        /// The plugin's id, which names the folder: a-z, 0-9 and '-'
        name: String,
        /// Where the folder is made
        #[arg(long, default_value = ".")]
        into: PathBuf,
    },
    /// Compile, check and pack plugins
    Build(Plugins),
    /// Build plugins and look at them as the host's gate does
    Check(Plugins),
    /// Build plugins and run their scenarios in the real runtime
    Test {
        #[command(flatten)]
        plugins: Plugins,
        /// Only scenarios whose file name contains this
        #[arg(long)]
        only: Option<String>,
    },
    /// Build plugins and write signed packages
    Pack {
        #[command(flatten)]
        plugins: Plugins,
        /// PEM file with an Ed25519 private key; without it the package is unsigned
        #[arg(long)]
        key: Option<PathBuf>,
    },
}

#[derive(Args)]
struct Plugins {
    /// Folders with a plugin.toml
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Where packages go; the default is `plugins` in the target folder
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    // The runtime compiles components in a limited child process, which is this program again.
    if std::env::args_os().nth(1).is_some_and(|arg| arg == "compile") {
        return twoway_runtime::compile_main();
    }
    let Cargo::Twoway(command) = Cargo::parse();
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Setup { no_install } => setup::setup(!no_install),
        Command::Doctor => setup::doctor(),
        Command::New { name, into } => scaffold::new(&name, &into),
        Command::Build(plugins) => {
            for accepted in check::accept(build::build(&plugins.paths, plugins.out.as_deref())?)? {
                pack::write(&accepted, None)?;
            }
            Ok(())
        }
        Command::Check(plugins) => {
            for accepted in check::accept(build::build(&plugins.paths, plugins.out.as_deref())?)? {
                check::report(&accepted);
            }
            Ok(())
        }
        Command::Test { plugins, only } => {
            let accepted = check::accept(build::build(&plugins.paths, plugins.out.as_deref())?)?;
            scenario::test(&accepted, only.as_deref())
        }
        Command::Pack { plugins, key } => {
            let key = key.as_deref().map(pack::read_key).transpose()?;
            for accepted in check::accept(build::build(&plugins.paths, plugins.out.as_deref())?)? {
                pack::write(&accepted, key.as_ref())?;
            }
            Ok(())
        }
    }
}
