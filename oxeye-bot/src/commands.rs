//! The list of our commands.

mod alerts;
mod board;
mod channel_access;
mod chart;
mod counter;
mod fleet;
pub(crate) mod help;
mod history;
mod linking;
mod me;
pub(crate) mod names;
pub(crate) mod notify;
mod player;
mod player_argument;
mod presence;
mod registration;
mod rotation;
mod server_argument;
mod settings;
mod status;
mod top;
mod watching;

use crate::bot::{Bot, Context};
use crate::error::BotError;

pub(crate) use registration::{Registration, keep_registered};

/// Returns all commands, as we register them with Discord and as poise runs them. Where there is no fleet, there is no
/// command that shows it.
pub(crate) fn all(has_fleet: bool) -> Vec<poise::Command<Bot, BotError>> {
    let mut oxeye = oxeye();
    if !has_fleet {
        oxeye.subcommands.retain(|command| command.name != "fleet");
    }
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
        "rotation::rotate_key",
        "settings::settings",
        "watching::watch",
        "watching::unwatch",
        "chart::chart",
        "history::history",
        "player::player",
        "top::top",
        "fleet::fleet",
        "me::me",
        "counter::counter",
        "board::board",
        "alerts::alerts",
        "notify::notify",
        "presence::presence",
        "help::help"
    )
)]
async fn oxeye(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Returns our commands as Discord receives them where there is a fleet.
    fn as_registered() -> Value {
        let commands = poise::builtins::create_application_commands(&all(true));
        serde_json::to_value(commands).unwrap()
    }

    #[test]
    fn there_is_one_command_for_guilds_with_all_subcommands() {
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
                "rotate-key",
                "settings",
                "watch",
                "unwatch",
                "chart",
                "history",
                "player",
                "top",
                "fleet",
                "me",
                "counter",
                "board",
                "alerts",
                "notify",
                "presence",
                "help"
            ]
        );
    }

    #[test]
    fn the_fleet_has_a_command_only_where_there_is_one() {
        let names = |has_fleet| {
            let oxeye = all(has_fleet).remove(0);
            let subcommands = oxeye.subcommands.into_iter();
            subcommands.map(|command| command.name).collect::<Vec<_>>()
        };
        let mut without = names(true);
        without.retain(|name| name != "fleet");
        assert_eq!(names(false), without);
        assert_ne!(names(false), names(true));
    }

    #[test]
    fn descriptions_stay_within_discords_limit() {
        check_descriptions(&as_registered()[0]);
    }

    #[test]
    fn names_in_other_languages_are_valid_and_differ_from_all_beside_them() {
        check_names(&as_registered()[0]);
    }

    /// Checks the names below a command. Its own is the name of the program.
    fn check_names(command: &Value) {
        let options: Vec<_> = command["options"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        let mut taken = std::collections::HashMap::new();
        for option in &options {
            let english = option["name"].as_str().unwrap();
            let german = &option["name_localizations"]["de"];
            let german = german
                .as_str()
                .unwrap_or_else(|| panic!("{english} has no German name"));
            let fits = |c: char| c == '-' || c == '_' || c.is_lowercase() || c.is_numeric();
            assert!((1..=32).contains(&german.chars().count()), "{german}");
            assert!(german.chars().all(fits), "{german}");
            for name in [english, german] {
                let other = taken.insert(name.to_owned(), english);
                assert!(
                    other.is_none_or(|other| other == english),
                    "{name} is taken"
                );
            }
            check_choices(option);
            check_names(option);
        }
    }

    /// Checks that every choice of an option has a German name, and that none has the name of another.
    fn check_choices(option: &Value) {
        let choices = option["choices"].as_array().into_iter().flatten();
        let mut taken = std::collections::HashSet::new();
        for choice in choices {
            let german = choice["name_localizations"]["de"].as_str();
            let german = german.unwrap_or_else(|| panic!("{} has no German name", choice["name"]));
            assert!((1..=100).contains(&german.chars().count()), "{german}");
            assert!(taken.insert(german), "{german} is taken");
        }
    }

    #[test]
    fn the_whole_command_fits_into_8000_characters_in_the_longest_language() {
        let size = longest(&as_registered()[0]);
        assert!(size <= 8_000, "{size} characters");
    }

    #[test]
    fn a_name_of_emoji_can_be_typed_to_its_end() {
        // Discord counts UTF-16 units, of which an emoji has two.
        let longest_player = "🦊".repeat(oxeye_plugin_proto::limits::MAX_PLAYER_NAME_CHARS);
        let player = oxeye_text::width(&longest_player);
        let commands = as_registered();
        let most = |path: &str| {
            let words = path.split(' ');
            let found = words.fold(&commands[0], |thing, word| {
                let options = thing["options"].as_array().unwrap();
                options.iter().find(|one| one["name"] == word).unwrap()
            });
            found["max_length"].as_u64().unwrap()
        };
        for path in [
            "me link name",
            "notify add name",
            "notify remove name",
            "player name",
        ] {
            assert!(most(path) >= player as u64, "{path}");
        }
        // As many as an option has that offers the names of servers.
        for path in ["connect name", "rename name", "watch name"] {
            assert_eq!(most(path), most("status server"), "{path}");
        }
    }

    /// Returns the number of characters of a command and everything in it, each text in its longest language.
    fn longest(thing: &Value) -> usize {
        let width = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
        let text = |name: &str| {
            let others = thing[format!("{name}_localizations")].as_object();
            let others = others.into_iter().flatten().map(|(_, text)| width(text));
            others.max().unwrap_or_default().max(width(&thing[name]))
        };
        let own = text("name") + text("description") + width(&thing["value"]);
        let below = ["options", "choices"]
            .iter()
            .filter_map(|list| thing[*list].as_array());
        own + below.flatten().map(longest).sum::<usize>()
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
    fn every_command_that_changes_something_needs_manage_server() {
        let mut open = Vec::new();
        collect_open(&oxeye(), &mut open);
        assert_eq!(
            open,
            [
                "oxeye status",
                "oxeye list",
                "oxeye chart",
                "oxeye history",
                "oxeye player",
                "oxeye top",
                "oxeye fleet",
                // These concern nobody but the member who types them.
                "oxeye link",
                "oxeye unlink",
                "oxeye hide",
                "oxeye show",
                "oxeye data",
                "oxeye forget",
                "oxeye add",
                "oxeye remove",
                "oxeye list",
                "oxeye join",
                "oxeye leave",
                "oxeye mine",
                "oxeye top",
                "oxeye help"
            ]
        );
    }

    /// Adds the paths of the commands that everybody may use.
    fn collect_open(command: &poise::Command<Bot, BotError>, open: &mut Vec<String>) {
        let manage_server = serenity::all::Permissions::MANAGE_GUILD;
        let may_all = !command.required_permissions.contains(manage_server);
        if command.subcommands.is_empty() && may_all {
            open.push(format!("oxeye {}", command.name));
        }
        for subcommand in &command.subcommands {
            collect_open(subcommand, open);
        }
    }
}
