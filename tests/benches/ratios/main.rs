//! `make bench`: ratios taken inside one run, beside their goals. `docs/benches.md` says how each figure is made.

mod command;
mod core_call;
mod decision;
mod guests;
mod load;
mod measure;
mod page;
mod question;
mod raw_server;
mod submission;
mod table;

use measure::Effort;
use std::process::ExitCode;
use table::Table;

fn main() -> ExitCode {
    // This program is also the compiling child of the runtime that it measures.
    if std::env::args().nth(1).as_deref() == Some("compile") {
        return twoway_runtime::compile_main();
    }
    match run() {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the bench stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<Table> {
    let mut table = Table::default();
    let effort = Effort::from_args();
    decision::measure(&mut table, effort)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    command::measure(&mut table, &runtime, effort)?;
    submission::measure(&mut table, &runtime, effort)?;
    page::measure(&mut table, &runtime, effort)?;
    Ok(table)
}
