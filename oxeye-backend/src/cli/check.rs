//! `oxeye check`: what is wrong with this installation.

mod discord;
mod running;
mod store;

use anyhow::bail;

use crate::config::Config;
use crate::terminal::{say, sentence};
use running::Running;

/// Prints a line per subject and fails if anything is wrong. That the settings are readable was found out before.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    say("settings: fine")?;
    let running = Running::ask(config).await;
    let findings = [
        ("Oxeye", running.finding(config)),
        ("store", store::check(config, &running).await),
        ("Discord", discord::check(config, &running).await),
    ];
    let mut wrong = 0;
    for (subject, finding) in findings {
        match finding {
            Ok(words) => say(&format!("{subject}: {words}"))?,
            Err(error) => {
                wrong += 1;
                say(&format!("{subject}: WRONG: {}", sentence(&error)))?;
            }
        }
    }
    for warning in running.warnings() {
        say(&format!("warning: {warning}"))?;
    }
    match wrong {
        0 => Ok(()),
        1 => bail!("one thing is wrong, see above"),
        _ => bail!("{wrong} things are wrong, see above"),
    }
}
