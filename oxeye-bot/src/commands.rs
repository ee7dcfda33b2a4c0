//! All our commands. Discord shows their doc comments as help.

mod connect;
mod disconnect;
mod list;
mod rename;
mod server_argument;
mod status;

use crate::bot::{Bot, Context};
use crate::error::BotError;

/// What we register with Discord and what poise runs.
pub(crate) fn all() -> Vec<poise::Command<Bot, BotError>> {
    vec![oxeye()]
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
    use super::*;
    use serde_json::{Value, json};

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
        for command in registered()[0]["options"].as_array().unwrap() {
            assert!((1..=100).contains(&command["description"].as_str().unwrap().chars().count()));
            for option in command["options"].as_array().unwrap() {
                assert!(
                    (1..=100).contains(&option["description"].as_str().unwrap().chars().count())
                );
            }
        }
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
