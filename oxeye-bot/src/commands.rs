//! All our commands. What Discord shows beside them is in `descriptions`.

mod connect;
mod descriptions;
mod disconnect;
mod list;
mod rename;
mod server_argument;
mod status;

use crate::bot::{Bot, Context};
use crate::error::BotError;

/// What we register with Discord and what poise runs.
pub(crate) fn all() -> Vec<poise::Command<Bot, BotError>> {
    let mut oxeye = oxeye();
    descriptions::describe(&mut oxeye);
    vec![oxeye]
}

/// Who is on the Minecraft servers of this community.
#[poise::command(
    slash_command,
    subcommand_required,
    guild_only,
    install_context = "Guild",
    interaction_context = "Guild",
    subcommands(
        "status::status",
        "list::list",
        "connect::connect",
        "disconnect::disconnect",
        "rename::rename"
    )
)]
async fn oxeye(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn registered() -> Value {
        let commands = poise::builtins::create_application_commands(&all());
        serde_json::to_value(commands).unwrap()
    }

    #[test]
    fn one_command_for_guilds_with_five_subcommands() {
        let commands = registered();
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
        assert_eq!(names, ["status", "list", "connect", "disconnect", "rename"]);
    }

    #[test]
    fn descriptions_keep_to_discords_limit() {
        check_descriptions(&registered()[0]);
    }

    /// Of a command, its subcommands and their options, in every language.
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
    fn linking_and_unlinking_need_manage_server() {
        let oxeye = oxeye();
        let needed = |name: &str| {
            oxeye
                .subcommands
                .iter()
                .find(|command| command.name == name)
                .unwrap()
                .required_permissions
        };
        assert_eq!(needed("connect"), serenity::all::Permissions::MANAGE_GUILD);
        assert_eq!(
            needed("disconnect"),
            serenity::all::Permissions::MANAGE_GUILD
        );
        assert_eq!(needed("rename"), serenity::all::Permissions::MANAGE_GUILD);
        assert!(needed("status").is_empty() && needed("list").is_empty());
    }
}
