//! `oxeye members`: who is linked to which player, and who hides; ends a link, or forgets a member.

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::wrong_use::discord_id;
use crate::api_messages::members::{ForgottenMember, MemberLine};
use crate::config::Config;
use crate::terminal::{confirm, print_line};

/// The arguments of `oxeye members`.
#[derive(Debug, Args)]
pub(crate) struct MembersArgs {
    /// The Discord guild; without it, the list has all guilds
    #[arg(long, value_name = "ID")]
    guild: Option<GuildId>,
    /// End the link of this member, by the id of their Discord account, instead of listing members
    #[arg(long, value_name = "ID", value_parser = discord_id, requires = "guild")]
    unlink: Option<u64>,
    /// Forget this member in all guilds, by the id of their Discord account: their sessions in Discord, and which player they are
    #[arg(long, value_name = "ID", value_parser = discord_id, conflicts_with_all = ["guild", "unlink"])]
    forget: Option<u64>,
    /// Do not ask for confirmation
    #[arg(long, requires = "forget")]
    yes: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

/// Prints the members who are linked to players, ends the link of one, or forgets one.
pub(crate) async fn run(config: &Config, text: Text, args: MembersArgs) -> anyhow::Result<()> {
    if let Some(user) = args.forget {
        return forget(config, text, user, &args).await;
    }
    let backend = Backend::of(config, text)?;
    if let (Some(guild), Some(user)) = (args.guild, args.unlink) {
        let (guild, user) = (guild.to_string(), user.to_string());
        let path = ["api", "guilds", &guild, "members", &user];
        let unlinked: MemberLine = backend.delete(&path).await?.json().await?;
        let player = neutralise(unlinked.player.as_str());
        return Ok(match args.json {
            true => print_line(&serde_json::to_string_pretty(&unlinked)?),
            false => print_line(&text.member_unlinked_by_operator(&user, &player)),
        }?);
    }
    let answer = backend.get(&["api", "members"]).await?;
    let mut lines: Vec<MemberLine> = answer.json().await?;
    lines.retain(|line| args.guild.is_none_or(|guild| line.guild_id == guild));
    if args.json {
        print_line(&serde_json::to_string_pretty(&lines)?)?;
    } else if lines.is_empty() {
        print_line(&text.no_members())?;
    }
    for line in lines.iter().filter(|_| !args.json) {
        print_line(&entry(text, line))?;
    }
    Ok(())
}

/// Asks the running backend to forget a member, after confirmation: it cannot be undone.
async fn forget(config: &Config, text: Text, user: u64, args: &MembersArgs) -> anyhow::Result<()> {
    let user = user.to_string();
    if !args.yes && !confirm(text, &text.ask_forget_account(&user))? {
        bail!(text.nothing_forgotten());
    }
    let backend = Backend::of(config, text)?;
    let answer = backend.delete(&["api", "members", &user]).await?;
    let forgotten: ForgottenMember = answer.json().await?;
    if args.json {
        return Ok(print_line(&serde_json::to_string_pretty(&forgotten)?)?);
    }
    let (sessions, guilds) = (forgotten.session_count, forgotten.guild_count);
    print_line(&text.account_forgotten(&user, sessions, guilds))?;
    if forgotten.player_count > 0 {
        print_line(&text.account_unlinked(forgotten.player_count))?;
    }
    if !forgotten.wiped {
        print_line(&text.account_wiped_later())?;
    }
    Ok(())
}

fn entry(text: Text, line: &MemberLine) -> String {
    let now = clock::now();
    let entry = text.member_entry(
        &line.guild_id.to_string(),
        &line.user_id.to_string(),
        &neutralise(line.player.as_str()),
        &text.time_since(line.linked_at, now),
    );
    let entry = match line.confirmed_by_user_id {
        Some(moderator) => text.member_entry_confirmed(&entry, &moderator.to_string()),
        None => text.member_entry_proven(&entry),
    };
    match line.hidden_since_at {
        Some(since) => text.member_entry_hidden(&entry, &text.time_since(since, now)),
        None => entry,
    }
}
