//! Which servers a command is about.

use anyhow::bail;
use oxeye_db::GuildId;

use super::backend::Backend;
use super::status::{choose, names};
use crate::operator_messages::ServerLine;

/// The named server, or all of the one guild that has servers.
pub(super) async fn chosen(
    backend: &Backend,
    server: Option<&str>,
    guild: Option<GuildId>,
) -> anyhow::Result<Vec<ServerLine>> {
    let mut servers = all(backend).await?;
    servers.retain(|line| guild.is_none_or(|guild| line.guild_id == guild));
    of_one_guild(servers, server)
}

/// All servers that anything is known of: what a disconnected one knows of the past still counts.
pub(super) async fn all(backend: &Backend) -> anyhow::Result<Vec<ServerLine>> {
    let all = [("all", "true".to_owned())];
    match backend.find(&["api", "servers"], &all).await? {
        Some(answer) => Ok(answer.json().await?),
        None => Ok(Vec::new()),
    }
}

fn of_one_guild(servers: Vec<ServerLine>, server: Option<&str>) -> anyhow::Result<Vec<ServerLine>> {
    if let Some(server) = choose(&servers, server)? {
        return Ok(vec![server.clone()]);
    }
    let mut guilds: Vec<String> = servers
        .iter()
        .map(|server| server.guild_id.to_string())
        .collect();
    // They are sorted by guild.
    guilds.dedup();
    match guilds.len() {
        0 => bail!("{}", names(&servers)),
        1 => Ok(servers),
        _ => bail!(
            "several guilds have servers; say which with --guild: {}",
            guilds.join(", ")
        ),
    }
}

/// The place of a server in the operator API.
pub(super) fn place<'a>(guild: &'a str, server: &'a ServerLine) -> [&'a str; 4] {
    ["api", "servers", guild, server.name.as_str()]
}

#[cfg(test)]
mod tests {
    use oxeye_db::LinkState;
    use oxeye_plugin_proto::ServerName;

    use super::*;

    fn server(guild_id: u64, name: &str) -> ServerLine {
        ServerLine {
            guild_id: GuildId(guild_id),
            name: ServerName::try_from(name.to_owned()).unwrap(),
            state: LinkState::Online,
            online: 0,
            reported_count: None,
            heard_at: None,
        }
    }

    #[test]
    fn without_a_name_all_servers_of_a_guild_are_meant() {
        let servers = vec![server(7, "creative"), server(7, "survival")];

        let chosen = of_one_guild(servers.clone(), None).unwrap();
        assert_eq!(chosen.len(), 2);
        let chosen = of_one_guild(servers, Some("survival")).unwrap();
        assert_eq!(chosen[0].name.as_str(), "survival");
    }

    #[test]
    fn among_several_guilds_one_has_to_be_named() {
        let servers = vec![server(0, "a"), server(7, "b"), server(7, "c")];

        let sentence = of_one_guild(servers, None).expect_err("which?").to_string();
        assert!(sentence.ends_with("--guild: 0, 7"), "{sentence}");
        let sentence = of_one_guild(Vec::new(), None)
            .expect_err("none")
            .to_string();
        assert!(sentence.contains("oxeye link NAME"), "{sentence}");
    }
}
