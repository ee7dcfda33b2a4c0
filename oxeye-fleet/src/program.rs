//! The whole program: reads the settings, then runs the fleet or asks the running one.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use oxeye_process::logging::Logging;

use crate::cli::{self, Command, CommandLine, fail};
use crate::serve;
use crate::settings::{EXIT_BAD_SETTINGS, Settings};
use crate::text::Text;
use crate::tiny_server;

/// How long the runtime waits for blocking threads at the end.
const BLOCKING_THREADS_TIME: Duration = Duration::from_millis(200);

/// Runs the command on the command line, and returns the exit code of the process.
#[must_use]
pub fn main() -> ExitCode {
    let line = CommandLine::parse();
    if let Some(Command::TinyServer(args)) = &line.command {
        return exit(tiny_server::run(args));
    }
    let settings = match Settings::load(line.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return fail(EXIT_BAD_SETTINGS, &error),
    };
    let command = line.command.unwrap_or(Command::Serve { demo: false });
    if let Command::Serve { .. } = &command
        && let Err(error) = settings.check_for_serve()
    {
        return fail(EXIT_BAD_SETTINGS, &error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &error),
    };
    let done = runtime.block_on(run(command, settings, Text::of_environment()));
    runtime.shutdown_timeout(BLOCKING_THREADS_TIME);
    exit(done)
}

async fn run(command: Command, settings: Settings, text: Text) -> anyhow::Result<()> {
    match command {
        Command::Serve { demo } => {
            logging(&settings);
            serve::run(settings, text, demo).await
        }
        Command::Worker => {
            logging(&settings);
            worker(&settings, text).await
        }
        Command::List { json } => cli::fleet::list(&settings, text, json).await,
        Command::Stop { server } => cli::fleet::stop(&settings, text, &server).await,
        Command::Drain { worker, off } => cli::fleet::drain(&settings, text, worker, !off).await,
        Command::Worlds { action } => cli::worlds::run(&settings, text, action).await,
        Command::Check => cli::check::run(&settings, text).await,
        Command::TinyServer(args) => tiny_server::serve(&args).await,
    }
}

#[cfg(target_os = "linux")]
async fn worker(settings: &Settings, text: Text) -> anyhow::Result<()> {
    crate::worker::program::run(settings, text).await
}

#[cfg(not(target_os = "linux"))]
async fn worker(_: &Settings, text: Text) -> anyhow::Result<()> {
    anyhow::bail!(text.worker_not_linux())
}

fn logging(settings: &Settings) {
    let logging = Logging {
        format: settings.log_format,
        with_module: false,
        quiet: &[],
        program: "the fleet",
        exit_after_panic: None,
    };
    logging.start(&settings.log_filter);
}

/// Returns the exit code, and prints why it is not zero: an error and its causes as one sentence.
fn exit(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &format!("{error:#}")),
    }
}
