//! Which servers a command applies to, and the time zone of their guild.

use anyhow::bail;
use oxeye_db::{GuildId, LinkState, TimeZone};
use oxeye_plugin_proto::PlayerName;
use oxeye_text::{Text, neutralise};
use serde::de::DeserializeOwned;

use super::backend::Backend;
use crate::api_messages::players::{PlayerLine, PlayerReport, PlayersReport, SessionsReport};
use crate::api_messages::servers::ServerLine;
use crate::api_messages::settings::SettingsReport;

/// Returns the named server or, without a name, all servers of the only guild that has any.
pub(super) async fn chosen(
    backend: &Backend,
    text: Text,
    server: Option<&str>,
    guild: Option<GuildId>,
) -> anyhow::Result<Vec<ServerLine>> {
    let mut servers = all(backend).await?;
    servers.retain(|line| guild.is_none_or(|guild| line.guild_id == guild));
    of_one_guild(text, servers, server)
}

/// Returns all known servers, including disconnected ones, whose history still counts.
pub(super) async fn all(backend: &Backend) -> anyhow::Result<Vec<ServerLine>> {
    let all = [("all", "true".to_owned())];
    match backend.find(&["api", "servers"], &all).await? {
        Some(answer) => Ok(answer.json().await?),
        None => Ok(Vec::new()),
    }
}

fn of_one_guild(
    text: Text,
    servers: Vec<ServerLine>,
    server: Option<&str>,
) -> anyhow::Result<Vec<ServerLine>> {
    if let Some(server) = choose(text, &servers, server)? {
        return Ok(vec![server.clone()]);
    }
    let mut guilds: Vec<String> = servers
        .iter()
        .map(|server| server.guild_id.to_string())
        .collect();
    // The servers are sorted by guild.
    guilds.dedup();
    match guilds.len() {
        0 => bail!(names(text, &servers)),
        1 => Ok(servers),
        _ => bail!(text.which_guild(&guilds.join(", "))),
    }
}

/// Returns the named server or, without a name, the only one. `None` means all servers.
pub(super) fn choose<'a>(
    text: Text,
    servers: &'a [ServerLine],
    name: Option<&str>,
) -> anyhow::Result<Option<&'a ServerLine>> {
    let Some(name) = name else {
        return Ok(if let [only] = servers {
            Some(only)
        } else {
            None
        });
    };
    let found = called(servers, name);
    let name = neutralise(name);
    match &found[..] {
        [] => bail!(text.no_such_server(&name, &names(text, servers))),
        [server] => Ok(Some(server)),
        [first, second, ..] if first.guild_id == second.guild_id => {
            let [first, second] = [first, second].map(|found| neutralise(found.server.as_str()));
            bail!(text.which_spelling(&name, &first, &second))
        }
        [first, second, ..] => {
            let [first, second] = [first, second].map(|found| found.guild_id.to_string());
            bail!(text.which_guild_of(&name, &first, &second))
        }
    }
}

/// Returns the servers with exactly this name or, if there are none, those whose names differ only in case.
fn called<'a>(servers: &'a [ServerLine], name: &str) -> Vec<&'a ServerLine> {
    let name = name.trim();
    let exactly: Vec<_> = servers
        .iter()
        .filter(|server| server.server.as_str() == name)
        .collect();
    if !exactly.is_empty() {
        return exactly;
    }
    let folded = name.to_lowercase();
    let alike = servers.iter();
    alike
        .filter(|server| server.server.as_str().to_lowercase() == folded)
        .collect()
}

/// Returns the names of the linked servers as a sentence, without those that are linked no more.
pub(super) fn names(text: Text, servers: &[ServerLine]) -> String {
    let known = servers.iter();
    let linked = known.filter(|server| server.state != LinkState::Disconnected);
    let servers: Vec<_> = linked.collect();
    if servers.is_empty() {
        return text.no_server_linked();
    }
    let alike = |name: &str| {
        let servers = servers.iter();
        servers
            .filter(|server| server.server.as_str() == name)
            .count()
    };
    let names = servers.iter().map(|server| {
        let name = server.server.as_str();
        match alike(name) {
            1 => neutralise(name),
            _ => text.server_of_guild(&neutralise(name), &server.guild_id.to_string()),
        }
    });
    text.linked_servers(&text.list(&names.collect::<Vec<_>>()))
}

/// An answer about a player on one server.
pub(super) trait AboutPlayer {
    /// The name by which the player is called.
    fn player(&self) -> &PlayerName;
    /// Whether the player has a name, or had it.
    fn has_name(&self, name: &PlayerName) -> bool;
}

impl AboutPlayer for PlayerReport {
    fn player(&self) -> &PlayerName {
        &self.player
    }

    fn has_name(&self, name: &PlayerName) -> bool {
        self.player == *name || self.former_names.contains(name)
    }
}

impl AboutPlayer for SessionsReport {
    fn player(&self) -> &PlayerName {
        &self.player
    }

    fn has_name(&self, name: &PlayerName) -> bool {
        self.player == *name
    }
}

/// Asks about a player on each of these servers, and leaves out those where the player has never been. `tail` follows
/// the player's name in the path.
pub(super) async fn of_player<T: DeserializeOwned + AboutPlayer>(
    backend: &Backend,
    servers: &[ServerLine],
    player: &PlayerName,
    tail: &[&str],
    question: &[(&str, String)],
) -> anyhow::Result<Vec<T>> {
    let mut reports = Vec::new();
    for server in servers {
        let guild = server.guild_id.to_string();
        let path = [
            &place(&guild, server),
            &["players", player.as_str()][..],
            tail,
        ]
        .concat();
        if let Some(answer) = backend.find(&path, question).await? {
            reports.push(answer.json().await?);
        }
    }
    Ok(of_one(reports, player))
}

/// Returns the answers about whoever has exactly this name or, if nobody has, about the only player whose name differs
/// from it in case; none if there are several. Each server has answered for itself, so they may mean different players.
fn of_one<T: AboutPlayer>(mut reports: Vec<T>, name: &PlayerName) -> Vec<T> {
    if reports.iter().any(|report| report.has_name(name)) {
        reports.retain(|report| report.has_name(name));
        return reports;
    }
    let mut players = reports.iter().map(AboutPlayer::player);
    let first = players.next();
    match players.all(|player| Some(player) == first) {
        true => reports,
        false => Vec::new(),
    }
}

/// Returns the names of players on these servers that differ from this one in case at most, sorted.
async fn called_alike(
    backend: &Backend,
    servers: &[ServerLine],
    player: &PlayerName,
) -> anyhow::Result<Vec<PlayerName>> {
    let question = [("prefix", player.to_string())];
    let mut names = Vec::new();
    for server in servers {
        let guild = server.guild_id.to_string();
        let path = [&place(&guild, server), &["players"][..]].concat();
        if let Some(answer) = backend.find(&path, &question).await? {
            let report: PlayersReport = answer.json().await?;
            names.extend(report.players.into_iter().flat_map(PlayerLine::names));
        }
    }
    let folded = player.as_str().to_lowercase();
    names.retain(|name| name.as_str().to_lowercase() == folded);
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Returns why there is no answer about a player: two names that could be meant or, if there are none, what `nobody`
/// says of the name and the linked servers.
pub(super) async fn why_no_player(
    backend: &Backend,
    text: Text,
    servers: &[ServerLine],
    player: &PlayerName,
    nobody: fn(Text, &str, &str) -> String,
) -> anyhow::Result<String> {
    let shown = neutralise(player.as_str());
    Ok(match &called_alike(backend, servers, player).await?[..] {
        [first, second, ..] => {
            let [first, second] = [first, second].map(|name| neutralise(name.as_str()));
            text.which_spelling(&shown, &first, &second)
        }
        [] | [_] => nobody(text, &shown, &names(text, servers)),
    })
}

/// Returns the guild of the servers that were chosen.
pub(super) fn guild_of(servers: &[ServerLine]) -> String {
    let guild = servers.first().map(|server| server.guild_id.to_string());
    guild.unwrap_or_default()
}

/// Returns the time zone that was given, or else that of the guild of the servers that were chosen.
pub(super) async fn zone_of(
    backend: &Backend,
    servers: &[ServerLine],
    given: Option<TimeZone>,
) -> anyhow::Result<TimeZone> {
    if let Some(given) = given {
        return Ok(given);
    }
    let path = ["api", "guilds", &guild_of(servers), "settings"];
    let report: SettingsReport = backend.get(&path).await?.json().await?;
    let own = report.settings.to_settings().time_zone;
    Ok(own.unwrap_or_else(|| report.limits().time_zone))
}

/// Returns the path of the only server that was chosen or, of several, that of their guild.
pub(super) fn common_place<'a>(guild: &'a str, servers: &'a [ServerLine]) -> Vec<&'a str> {
    match servers {
        [only] => place(guild, only).to_vec(),
        _ => vec!["api", "guilds", guild],
    }
}

/// Returns the path of a server in the operator API.
pub(super) fn place<'a>(guild: &'a str, server: &'a ServerLine) -> [&'a str; 4] {
    ["api", "servers", guild, server.server.as_str()]
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::ServerName;
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    fn server(guild_id: u64, name: &str) -> ServerLine {
        ServerLine {
            guild_id: GuildId(guild_id),
            server: ServerName::try_from(name.to_owned()).unwrap(),
            state: LinkState::Online,
            state_since_at: None,
            online_count: 0,
            reported_count: None,
            heard_at: None,
            about: crate::api_messages::about::AboutLine::default(),
            watched: None,
        }
    }

    #[test]
    fn without_a_name_all_servers_of_a_guild_are_chosen() {
        let servers = vec![server(7, "creative"), server(7, "survival")];

        let chosen = of_one_guild(ENGLISH, servers.clone(), None).unwrap();
        assert_eq!(chosen.len(), 2);
        let chosen = of_one_guild(ENGLISH, servers, Some("survival")).unwrap();
        assert_eq!(chosen[0].server.as_str(), "survival");
    }

    #[test]
    fn among_several_guilds_one_has_to_be_named() {
        let servers = vec![server(0, "a"), server(7, "b"), server(7, "c")];

        let sentence = of_one_guild(ENGLISH, servers, None)
            .expect_err("which?")
            .to_string();
        assert!(sentence.ends_with("--guild: 0, 7"), "{sentence}");
        let sentence = of_one_guild(ENGLISH, Vec::new(), None)
            .expect_err("none")
            .to_string();
        assert!(sentence.contains("oxeye link NAME"), "{sentence}");
    }

    #[test]
    fn the_only_server_need_not_be_named() {
        let servers = [server(0, "survival")];

        assert_eq!(
            choose(ENGLISH, &servers, None)
                .unwrap()
                .unwrap()
                .server
                .as_str(),
            "survival"
        );
        assert!(
            choose(ENGLISH, &[server(0, "a"), server(0, "b")], None)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_name_that_two_guilds_use_needs_the_guild() {
        let servers = [server(1, "survival"), server(2, "survival")];

        let sentence = choose(ENGLISH, &servers, Some("survival"))
            .expect_err("which one?")
            .to_string();

        assert!(sentence.contains("--guild 1 or --guild 2"), "{sentence}");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_names() {
        let sentence = choose(ENGLISH, &[server(0, "survival")], Some("creative"))
            .expect_err("unknown")
            .to_string();

        assert!(sentence.contains("Linked servers: survival."), "{sentence}");
    }

    #[test]
    fn a_server_that_was_unlinked_is_not_named_as_a_linked_one() {
        let mut servers = [server(0, "survival"), server(0, "creative")];
        servers[0].state = LinkState::Disconnected;
        assert_eq!(names(ENGLISH, &servers), "Linked servers: creative.");

        servers[1].state = LinkState::Disconnected;
        assert!(names(ENGLISH, &servers).contains("oxeye link NAME"));
    }

    #[test]
    fn servers_of_the_same_name_are_told_apart_by_their_guilds() {
        let servers = [
            server(0, "survival"),
            server(7, "survival"),
            server(7, "hub"),
        ];

        assert_eq!(
            names(ENGLISH, &servers),
            "Linked servers: survival (guild 0), survival (guild 7) and hub."
        );
    }

    #[test]
    fn a_name_in_another_case_is_found_if_only_one_server_matches() {
        let servers = [server(0, "SMP"), server(0, "smp"), server(0, "Hub")];

        let chosen = |name| choose(ENGLISH, &servers, Some(name)).map(|server| server.unwrap());
        assert_eq!(chosen("hub").unwrap().server.as_str(), "Hub");
        assert_eq!(chosen(" smp ").unwrap().server.as_str(), "smp");
        let sentence = chosen("Smp").expect_err("which one?").to_string();
        assert!(sentence.contains("SMP or smp"), "{sentence}");
    }
}
