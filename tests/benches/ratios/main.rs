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
mod similar;
mod submission;
mod table;
mod thousands;

use measure::Effort;
use std::process::ExitCode;
use table::Table;
use tokio::runtime::Runtime;

type Measure = fn(&mut Table, &Runtime, Effort) -> anyhow::Result<()>;

const PARTS: [(&str, Measure); 5] = [
    ("command", command::measure),
    ("submission", submission::measure),
    ("page", page::measure),
    ("thousands", thousands::measure),
    ("similar", similar::measure),
];

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
    // Parts that are named are measured alone: `-- thousands`.
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if wanted("decision") {
        decision::measure(&mut table, effort)?;
    }
    for (part, measure) in PARTS {
        if wanted(part) {
            measure(&mut table, &runtime, effort)?;
        }
    }
    Ok(table)
}
