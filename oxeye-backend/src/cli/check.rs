//! `oxeye check`: what is wrong with this installation.

mod discord;
mod running;
mod store;

use anyhow::bail;
use oxeye_text::Text;
use running::Running;

use crate::config::Config;
use crate::terminal::{say, sentence};

/// Prints a line per subject and fails if anything is wrong. That the settings are readable was found out before.
pub async fn run(config: &Config, text: Text) -> anyhow::Result<()> {
    say(&text.settings_fine())?;
    let running = Running::ask(config, text).await;
    let findings = [
        (text.subject_oxeye(), running.finding(config, text)),
        (
            text.subject_store(),
            store::check(config, text, &running).await,
        ),
        (
            text.subject_discord(),
            discord::check(config, text, &running).await,
        ),
    ];
    let mut wrong = 0;
    for (subject, finding) in findings {
        match finding {
            Ok(words) => say(&text.finding(&subject, &words))?,
            Err(error) => {
                wrong += 1;
                say(&text.finding_wrong(&subject, &sentence(&error)))?;
            }
        }
    }
    for warning in running.warnings() {
        say(&text.warning(&warning.sentence(text)))?;
    }
    match wrong {
        0 => Ok(()),
        _ => bail!(text.things_wrong(wrong)),
    }
}
