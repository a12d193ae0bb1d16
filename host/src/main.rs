//! The one program: serves the site and keeps the house.

use anyhow::Context;
use clap::{Parser, Subcommand};
use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use twoway::demo::{Player, Script};
use twoway::founding::{self, Founding};
use twoway::{App, Config, http, jobs};
use twoway_ids::Clock;

/// A setting that cannot work, as `sysexits.h` names it.
const EXIT_CONFIG: u8 = 78;
/// Requests that are under way may take so long after the host was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

#[derive(Parser)]
#[command(
    name = "twoway",
    version,
    about = "Twoway (双向): calls, proposals, adoptions and projects of volunteer service"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date and serve the site.
    Serve,
    /// Serve the demo city; the first time, let it come to be.
    Demo,
    /// Make the lead office and its first clerk, who also administers the system. The password comes from standard input.
    Found {
        /// The office's name.
        #[arg(long)]
        office: String,
        #[arg(long)]
        login: String,
        /// The clerk's name.
        #[arg(long)]
        name: String,
    },
    /// Check the trace.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Bring the database up to date, and no more.
    Migrate,
    /// Compile a plugin from standard input to standard output, in narrow limits. The host starts this itself.
    #[command(hide = true)]
    Compile,
    /// Look at the settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Recompute every chain, row and seal, and name what was changed by hand. Exits with 1 when something was.
    Verify,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print the settings in force, without secrets.
    Print,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Before threads, settings and log: the child has no environment and little memory.
    if matches!(cli.command, Command::Compile) {
        return twoway_runtime::compile_main();
    }
    let config = match Config::load() {
        Ok(config) => config,
        Err(problem) => return complain(&problem, EXIT_CONFIG),
    };
    // A city that comes to be answers hundreds of requests: the demo's terminal shows progress and trouble only.
    start_log(if matches!(cli.command, Command::Demo) { "warn" } else { "info,sqlx=warn" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return complain(&problem.into(), 1),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve => serve(config).await,
            Command::Compile => Ok(()),
            Command::Demo => demo(config).await,
            Command::Found { office, login, name } => found(config, office, login, name).await,
            Command::Audit { command: AuditCommand::Verify } => verify(config).await,
            Command::Migrate => twoway::start::migrate(&config).await,
            Command::Config { command: ConfigCommand::Print } => {
                print!("{}", config.print()?);
                Ok(())
            }
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => complain(&problem, 1),
    }
}

fn complain(problem: &anyhow::Error, code: u8) -> ExitCode {
    eprintln!("twoway: {problem:#}");
    ExitCode::from(code)
}

/// Lines for people on a terminal, JSON for collectors. `TWOWAY_LOG=debug` tells more.
fn start_log(usual: &str) {
    use std::io::IsTerminal;
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("TWOWAY_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { log.init() } else { log.json().init() }
}

/// The password of everybody in the demo city. It protects nothing: the city is made up.
const DEMO_PASSWORD: &str = "zunyi-demo-2026";

async fn demo(config: Config) -> anyhow::Result<()> {
    let script = Script::parse(include_str!("../demo/zunyi.json"))?;
    // A busy port is told before minutes are spent on a city that could not be shown.
    drop(bind(&config.listen, "TWOWAY_LISTEN").await?);
    let clock = Clock::simulated(Clock::System.now());
    let app = twoway::start(config.clone(), clock).await?;
    if founding::is_founded(&app).await? {
        eprintln!("twoway: the demo city is in {}", config.data.display());
    } else {
        eprintln!("twoway: the demo city comes to be …");
        let bar = indicatif::ProgressBar::new(script.steps.len() as u64);
        twoway::plugins::take_bundled(&app).await?;
        let router = http::router(app.clone())?;
        let now = Clock::System.now();
        let mut player = Player::new(&app, &router, DEMO_PASSWORD, now);
        player.play(&script, &|done, _| bar.set_position(done as u64)).await?;
        jobs::run_until(&app, now).await?;
        bar.finish_and_clear();
    }
    drop(app);
    println!("\n  http://{}\n\n  sign in as     who", config.listen);
    for (login, who) in script.sign_ins() {
        println!("  {login:<14} {who}");
    }
    println!("\n  password for all: {DEMO_PASSWORD}\n");
    serve(config).await
}

async fn found(config: Config, office: String, login: String, name: String) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).context("the password is read from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']).to_string();
    let app = twoway::start(config, Clock::System).await?;
    let done = founding::found(&app, Founding { office, login, name, password }).await;
    done.map(|_| ()).map_err(|refusal| anyhow::anyhow!("not founded: {}", refusal.code()))
}

async fn verify(config: Config) -> anyhow::Result<()> {
    let app = twoway::start(config, Clock::System).await?;
    let findings = twoway::audit::verify(&app).await?;
    for finding in &findings {
        println!("{}: {}", finding.place, finding.message);
    }
    anyhow::ensure!(findings.is_empty(), "{} places were changed by hand", findings.len());
    println!("every chain, row and seal is as it was written");
    Ok(())
}

async fn serve(config: Config) -> anyhow::Result<()> {
    // The port is asked for before anything else: a second start fails at once and touches nothing.
    let listener = bind(&config.listen, "TWOWAY_LISTEN").await?;
    let metrics = match config.metrics_listen.as_str() {
        "" => None,
        address => Some(bind(address, "TWOWAY_METRICS_LISTEN").await?),
    };
    let app = twoway::start(config, Clock::System).await?;
    twoway::plugins::take_bundled(&app).await?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::forever(app.clone(), stop.clone()));
    tokio::spawn(stop_on_signal(stop.clone()));
    if let Some(listener) = metrics {
        let serving = axum::serve(listener, http::health::metrics_router(app.clone()));
        tokio::spawn(serving.with_graceful_shutdown(stop.clone().cancelled_owned()).into_future());
    }
    eprintln!("twoway: listening on http://{}", listener.local_addr()?);
    serve_until(&app, listener, stop.clone()).await?;
    stop.cancel();
    worker.await.context("the job worker ended badly")?;
    Ok(())
}

async fn serve_until(app: &App, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    let serving =
        http::serve(listener, http::router(app.clone())?).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        done = serving.into_future() => Ok(done?),
        () = async { stop.cancelled().await; tokio::time::sleep(LAST_REQUESTS).await } => {
            tracing::warn!("some requests were still under way and have been cut");
            Ok(())
        }
    }
}

async fn bind(address: &str, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is in use by another program; stop it or choose another address, such as {setting}=127.0.0.1:9090")
        }
        _ => anyhow::Error::new(error).context(format!("cannot listen on {address} ({setting})")),
    })
}

async fn stop_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    stop.cancel();
}
