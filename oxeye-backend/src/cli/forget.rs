//! `oxeye forget PLAYER`: deletes everything known about a player.

use anyhow::bail;
use clap::Args;
use oxeye_plugin_proto::PlayerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::refusals::nobody_to_forget;
use crate::api_messages::stored_data::{ForgetAnswer, ForgettableAnswer};
use crate::config::Config;
use crate::terminal::{confirm, print_line};

/// The arguments of `oxeye forget`.
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// The name of the player, in exactly this spelling
    pub(crate) player: PlayerName,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Asks the running backend to forget a player, after confirmation, since it cannot be undone. If there is nothing to
/// forget, there is no question.
pub(crate) async fn run(config: &Config, text: Text, args: ForgetArgs) -> anyhow::Result<()> {
    let player = args.player;
    let shown = neutralise(player.as_str());
    let path = ["api", "players", player.as_str()];
    let backend = Backend::of(config, text)?;
    if !args.yes {
        let found: ForgettableAnswer = backend.get(&path).await?.json().await?;
        if !found.is_known {
            bail!(nobody_to_forget(text, found.similar_player.as_ref()));
        }
        if !confirm(text, &text.ask_forget(&shown))? {
            bail!(text.nothing_forgotten());
        }
    }
    let answer = backend.delete(&path).await?;
    let answer: ForgetAnswer = answer.json().await?;
    for line in report(text, &answer) {
        print_line(&line)?;
    }
    if !answer.is_known {
        bail!(nobody_to_forget(text, answer.similar_player.as_ref()));
    }
    Ok(())
}

/// Returns what was deleted and what is still to be overwritten, as lines.
fn report(text: Text, answer: &ForgetAnswer) -> Vec<String> {
    if !answer.is_known {
        return vec![text.earlier_bytes_left()];
    }
    let shown = neutralise(answer.player.as_str());
    let mut lines = vec![text.player_forgotten(&shown, answer.session_count, answer.server_count)];
    if !answer.other_names.is_empty() {
        let names = answer.other_names.iter();
        let names: Vec<_> = names.map(|name| neutralise(name.as_str())).collect();
        lines.push(text.other_names_forgotten(&names.join(", ")));
    }
    if !answer.wiped {
        lines.push(text.bytes_left());
    }
    lines
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn who_is_unknown_is_not_said_to_be_forgotten() {
        let answer = |is_known| {
            let answer = serde_json::json!({"player": "Alxe", "is_known": is_known,
                "session_count": 0, "server_count": 0, "imported_playtime_count": 0, "wiped": false});
            serde_json::from_value::<ForgetAnswer>(answer).expect("an answer")
        };
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let lines = report(text, &answer(false));
            assert_eq!(lines, [text.earlier_bytes_left()]);
            let lines = report(text, &answer(true));
            assert_eq!(
                lines,
                [text.player_forgotten("Alxe", 0, 0), text.bytes_left()]
            );
        }
    }

    #[test]
    fn an_answer_of_an_earlier_version_is_about_somebody_known() {
        let answer = r#"{"player": "Alex", "session_count": 1, "server_count": 1,
            "imported_playtime_count": 0, "wiped": true}"#;
        let answer: ForgetAnswer = serde_json::from_str(answer).expect("an answer");
        assert!(answer.is_known);
    }
}
