//! `oxeye-agent doctor`: tries every source, and says which work, what each gives, and which line of
//! `server.properties` would give more.

mod advice;
mod trial;

use oxeye_plugin_proto::UnixSeconds;

use super::say;
use crate::news::SourceKind;
use crate::settings::Settings;
use trial::{Outcome, Trial};

/// Prints what was found.
///
/// # Errors
///
/// When no source works, so that a script can ask.
pub fn run(settings: &Settings, now: UnixSeconds) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let trials = runtime.block_on(trial::all(settings, now));
    say(&in_words(settings, &trials));
    anyhow::ensure!(
        trials.iter().any(Trial::works),
        "no source works, so nothing can be reported"
    );
    Ok(())
}

fn in_words(settings: &Settings, trials: &[Trial]) -> String {
    let folder = settings.server_dir.display();
    let mut lines = vec![match settings.found.properties {
        Some(_) => format!("The server's folder is {folder}; its server.properties was read."),
        None => format!(
            "There is no server.properties in {folder}; --server-dir names the server's folder."
        ),
    }];
    lines.extend(settings.found.complaints.iter().cloned());
    for trial in trials {
        lines.push(String::new());
        lines.extend(one_in_words(settings, trial));
    }
    lines.push(String::new());
    lines.push(match best(trials) {
        Some(kind) => format!("`oxeye-agent run` would use the {kind}."),
        None => "`oxeye-agent run` would find nothing to use.".to_owned(),
    });
    lines.join("\n")
}

fn one_in_words(settings: &Settings, trial: &Trial) -> Vec<String> {
    let kind = trial.kind;
    let (sign, sentence) = match &trial.outcome {
        Outcome::Works { what, .. } => ("works", what.clone()),
        Outcome::Fails(why) => ("fails", why.clone()),
        Outcome::NotTried => ("not tried", advice::where_it_is(kind, settings)),
    };
    let mut lines = vec![
        // Not as a sentence of its own: it may begin with a path or an address.
        format!("{kind}: {sign}; {}.", sentence.trim_end_matches('.')),
        format!("    gives: {}", advice::gives(kind)),
    ];
    if let Some(properties) = advice::properties(kind, settings, trial) {
        lines.push("    in server.properties, then restart the server:".to_owned());
        let indented = properties.iter().map(|line| format!("        {line}"));
        lines.extend(indented);
    }
    lines
}

/// The source that `run` would believe.
fn best(trials: &[Trial]) -> Option<SourceKind> {
    let with_names = trials.iter().find(|trial| trial.tells_everybody());
    let any = || trials.iter().find(|trial| trial.works());
    with_names.or_else(any).map(|trial| trial.kind)
}
