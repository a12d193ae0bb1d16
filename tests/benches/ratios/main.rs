//! `make bench`: ratios taken inside one run, beside their goals. `docs/benches.md` says how each figure is made.

mod core_call;
mod decision;
mod guests;
mod measure;
mod question;
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
    decision::measure(&mut table, Effort::from_args())?;
    Ok(table)
}
