//! `/oxeye help`: the commands that the member may use. It is made of the commands themselves, so it shows each of them
//! and nothing else.

use oxeye_db::GuildId;
use oxeye_text::Text;
use serenity::all::{Member, Permissions};

use super::registration;
use crate::answer::Answer;
use crate::bot::{Bot, Context, guild_of};
use crate::error::BotError;
use crate::view::help::{Entry, help_page};

/// Lists what the member may use.
#[poise::command(slash_command, guild_only)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), BotError> {
    let answer = Answer::to_command(&ctx);
    let guild = guild_of(ctx.interaction.guild_id)?;
    let who = (guild, ctx.interaction.member.as_deref());
    let page = page(ctx.framework.user_data, answer.private_text(), who, 0);
    Ok(answer.show(&page).await?)
}

/// Returns a page of what a member may use here.
pub(crate) fn page(
    bot: &Bot,
    text: Text,
    (guild, member): (GuildId, Option<&Member>),
    page: usize,
) -> crate::view::message::Message {
    let permissions = member.and_then(|member| member.permissions);
    let mut entries = entries(text, bot.fleet.is_some(), permissions.unwrap_or_default());
    entries.retain(|entry| is_on(bot, guild, &entry.path));
    help_page(text, &entries, bot.command_id.get(), page)
}

/// Whether a command does anything here: neither the operator nor the guild has switched it off.
fn is_on(bot: &Bot, guild: GuildId, path: &str) -> bool {
    let shown = bot.database.guild_settings(guild).shown;
    let keeps_sessions = bot.member_presence.is_on();
    match path.strip_prefix("oxeye ").unwrap_or(path) {
        "top" => shown.rankings,
        "player" => shown.playtime,
        "history" => shown.history,
        "watch" => bot.watcher.is_some(),
        "presence setup" => keeps_sessions,
        below if below.starts_with("presence ") => {
            keeps_sessions && !bot.database.presence().kinds_of(guild).is_empty()
        }
        _ => true,
    }
}

fn entries(text: Text, has_fleet: bool, has: Permissions) -> Vec<Entry> {
    let mut entries = Vec::new();
    for command in super::all(has_fleet) {
        let path = command.name.to_string();
        collect(&command, path, (text, has), &mut entries);
    }
    entries
}

/// Adds the commands below one that the member may use. Only those without others below them can be typed.
fn collect(
    command: &poise::Command<Bot, BotError>,
    path: String,
    (text, has): (Text, Permissions),
    entries: &mut Vec<Entry>,
) {
    let needed = command.required_permissions;
    if !has.contains(needed) && !has.contains(Permissions::ADMINISTRATOR) {
        return;
    }
    for below in &command.subcommands {
        let path = format!("{path} {}", below.name);
        collect(below, path, (text, has), entries);
    }
    if command.subcommands.is_empty() {
        let about = about(text, &path);
        entries.push(Entry { about, path });
    }
}

/// Returns what a command does, without the permission that it needs: only those who have it see the command.
fn about(text: Text, path: &str) -> String {
    let about = registration::description(path).map(|about| about(text));
    let hint = format!(" {}", text.manage_server_hint());
    about.unwrap_or_default().replace(&hint, "")
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn each_page_fits_into_a_message_in_every_language() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let entries = entries(text, true, Permissions::ADMINISTRATOR);
            for page in 0..entries.len() {
                let shown = help_page(text, &entries, Some(u64::MAX), page).content;
                assert!(oxeye_text::width(&shown) <= 2_000, "{shown}");
            }
        }
    }

    #[test]
    fn a_member_sees_what_they_may_use_and_an_admin_everything() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let paths = |has| -> Vec<_> {
                let entries = entries(text, true, has).into_iter();
                entries.map(|entry| entry.path).collect()
            };
            let member = paths(Permissions::empty());
            let manager = paths(Permissions::MANAGE_GUILD);
            assert_eq!(manager, paths(Permissions::ADMINISTRATOR));
            assert!(member.iter().all(|path| manager.contains(path)));
            for path in ["oxeye status", "oxeye help", "oxeye me hide"] {
                assert!(member.contains(&path.to_owned()), "{path}");
            }
            for path in ["oxeye connect", "oxeye board post", "oxeye settings"] {
                assert!(!member.contains(&path.to_owned()), "{path}");
                assert!(manager.contains(&path.to_owned()), "{path}");
            }
            let all = entries(text, true, Permissions::ADMINISTRATOR);
            assert!(all.iter().all(|entry| !entry.about.is_empty()));
            let hint = text.manage_server_hint();
            let permission = hint.trim_matches(['(', ')']);
            assert!(all.iter().all(|entry| !entry.about.contains(permission)));
            assert!(
                text.about_connect().contains(permission),
                "Discord shows it"
            );
        }
    }
}
