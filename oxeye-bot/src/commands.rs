//! The list of our commands.

mod linking;
mod registration;
mod server_argument;
mod status;
mod watching;

use crate::bot::{Bot, Context};
use crate::error::BotError;

pub(crate) use registration::keep_registered;

/// Returns all commands, as we register them with Discord and as poise runs them.
pub(crate) fn all() -> Vec<poise::Command<Bot, BotError>> {
    let mut oxeye = oxeye();
    registration::describe(&mut oxeye);
    vec![oxeye]
}

/// Holds our commands as subcommands; Discord never calls it directly.
#[poise::command(
    slash_command,
    subcommand_required,
    guild_only,
    install_context = "Guild",
    interaction_context = "Guild",
    subcommands(
        "status::status",
        "status::list",
        "linking::connect",
        "linking::disconnect",
        "linking::rename",
        "watching::watch",
        "watching::unwatch"
    )
)]
async fn oxeye(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Returns our commands as Discord receives them.
    fn as_registered() -> Value {
        let commands = poise::builtins::create_application_commands(&all());
        serde_json::to_value(commands).unwrap()
    }

    #[test]
    fn there_is_one_command_for_guilds_with_seven_subcommands() {
        let commands = as_registered();
        assert_eq!(commands.as_array().unwrap().len(), 1);
        assert_eq!(commands[0]["name"], "oxeye");
        assert_eq!(commands[0]["contexts"], json!([0]));
        assert_eq!(commands[0]["integration_types"], json!([0]));
        let names: Vec<_> = commands[0]["options"]
            .as_array()
            .unwrap()
            .iter()
            .map(|option| &option["name"])
            .collect();
        assert_eq!(
            names,
            [
                "status",
                "list",
                "connect",
                "disconnect",
                "rename",
                "watch",
                "unwatch"
            ]
        );
    }

    #[test]
    fn descriptions_stay_within_discords_limit() {
        check_descriptions(&as_registered()[0]);
    }

    /// Checks a command, its subcommands and their options in every language.
    fn check_descriptions(command: &Value) {
        for description in [
            &command["description"],
            &command["description_localizations"]["de"],
        ] {
            let length = description.as_str().map(|text| text.chars().count());
            assert!(
                length.is_some_and(|length| (1..=100).contains(&length)),
                "{command}"
            );
        }
        let options = command["options"].as_array();
        options.into_iter().flatten().for_each(check_descriptions);
    }

    #[test]
    fn commands_that_change_something_need_manage_server() {
        let oxeye = oxeye();
        let required = |name: &str| {
            oxeye
                .subcommands
                .iter()
                .find(|command| command.name == name)
                .unwrap()
                .required_permissions
        };
        for name in ["connect", "disconnect", "rename", "watch", "unwatch"] {
            let needed = serenity::all::Permissions::MANAGE_GUILD;
            assert_eq!(required(name), needed, "{name}");
        }
        assert!(required("status").is_empty() && required("list").is_empty());
    }
}
