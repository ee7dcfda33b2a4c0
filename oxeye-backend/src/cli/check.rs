//! `oxeye check`: reports what is wrong with this installation.

mod discord;
mod fleet;
mod running;
mod store;
mod watching;

use anyhow::bail;
use oxeye_text::Text;

use self::running::Running;
use crate::config::Config;
use crate::in_words::in_words;
use crate::terminal::print_line;

/// Prints a line per subject and fails if anything is wrong. The settings were checked when they were read.
/// `invite_link` makes the link that invites a bot from the id of its application.
pub(crate) async fn run(
    config: &Config,
    text: Text,
    invite_link: fn(&str) -> String,
) -> anyhow::Result<()> {
    print_line(&text.settings_fine())?;
    let running = Running::ask(config, text).await;
    let findings = [
        (text.subject_oxeye(), running.finding(config, text)),
        (
            text.subject_store(),
            store::check(config, text, &running).await,
        ),
        (
            text.subject_watching(),
            watching::finding(config, text, &running),
        ),
        (
            text.subject_discord(),
            discord::check(config, text, &running, invite_link).await,
        ),
        (
            text.subject_fleet(),
            fleet::check(config, text, &running).await,
        ),
    ];
    let mut wrong = 0;
    for (subject, finding) in findings {
        match finding {
            Ok(words) => print_line(&text.finding(&subject, &words))?,
            Err(error) => {
                wrong += 1;
                print_line(&text.finding_wrong(&subject, &in_words(text, &error)))?;
            }
        }
    }
    for warning in running.warnings() {
        print_line(&text.warning(&warning.sentence(text)))?;
    }
    match wrong {
        0 => Ok(()),
        _ => bail!(text.things_wrong(wrong)),
    }
}
