//! Collects what a board shows: the servers, and the picture of the only one.

use std::sync::Arc;

use oxeye_db::{Board, Database, GuildServer, LinkState, ServerSummary, UnixSeconds};

use oxeye_text::Heads;

use super::drawn;
use crate::head_emoji::{HeadEmoji, MOST_HEADS};
use crate::view::board::{BoardContent, MAX_EMBEDS};
use crate::view::status::Pictures;

/// Returns what a board shows now; `None` if its server was removed. `last_seen_shown` is the number of
/// players whom it names as last seen.
pub(crate) async fn board_content(
    database: &Database,
    board: &Board,
    heads: Option<&HeadEmoji>,
    last_seen_shown: usize,
    now: UnixSeconds,
) -> Option<BoardContent> {
    let of_guild = |id| database.guild_server(board.guild, id);
    if let Some(server) = board.server {
        return one(
            database,
            board,
            of_guild(server)?,
            heads,
            last_seen_shown,
            now,
        )
        .await;
    }
    // A board shows a server that was disconnected no longer, instead of changing a week later.
    let mut servers = database.servers(board.guild, now);
    servers.retain(|server| server.state != LinkState::Disconnected);
    if let [only] = &*servers
        && let Some(server) = of_guild(only.id)
    {
        return one(database, board, server, heads, last_seen_shown, now).await;
    }
    let status = |server: &ServerSummary| {
        let server = of_guild(server.id)?;
        database.status(server, last_seen_shown, now)
    };
    let statuses: Vec<_> = match servers.len() {
        0..=MAX_EMBEDS => servers.iter().filter_map(status).collect(),
        _ => Vec::new(),
    };
    let heads = match heads {
        Some(heads) if !statuses.is_empty() => {
            let servers: Vec<_> = servers.iter().map(|server| server.id).collect();
            let servers = servers.into_iter().filter_map(of_guild).collect();
            heads.of_servers(database, board.guild, servers).await
        }
        _ => Heads::none(),
    };
    Some(BoardContent::All {
        heads,
        different: database.different_players_on(&servers),
        servers,
        statuses,
    })
}

async fn one(
    database: &Database,
    board: &Board,
    server: GuildServer,
    heads: Option<&HeadEmoji>,
    last_seen_shown: usize,
    now: UnixSeconds,
) -> Option<BoardContent> {
    let before = database.status(server, last_seen_shown, now)?;
    let roster: Option<Arc<[u8]>> = match board.with_picture {
        true => drawn(database, server, &before).await,
        false => None,
    };
    let heads = match heads {
        Some(heads) => heads.of_server(database, server, MOST_HEADS).await,
        None => Heads::none(),
    };
    // Drawing takes a while, and somebody may have joined or left.
    let status = database.status(server, last_seen_shown, now)?;
    let pictures = Pictures {
        roster,
        with_icon: board.with_picture,
        heads,
    };
    Some(BoardContent::One(Box::new(status), pictures))
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use oxeye_db::{BoardId, GuildId, ServerId};
    use oxeye_text::Text;

    use super::*;
    use crate::view::board::board_message;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);

    fn board(server: Option<ServerId>) -> Board {
        Board {
            id: BoardId(1),
            guild: GUILD,
            channel: 1,
            thread: None,
            message: None,
            server,
            with_picture: true,
            locale: "de".to_owned(),
            posted_by: 1,
            posted_at: NOW,
            shown: None,
            reposted_at: None,
            blocked_since: None,
            told_at: None,
            stopped: None,
        }
    }

    /// Returns the names of the servers shown in detail, or how many have a line.
    async fn shown(store: &TestStore, server: Option<ServerId>) -> Result<Vec<String>, usize> {
        match board_content(store, &board(server), None, 10, NOW)
            .await
            .unwrap()
        {
            BoardContent::One(status, _) => Ok(vec![status.name.to_string()]),
            BoardContent::All {
                servers, statuses, ..
            } if statuses.is_empty() => Err(servers.len()),
            BoardContent::All { statuses, .. } => {
                Ok(statuses.iter().map(|one| one.name.to_string()).collect())
            }
        }
    }

    #[tokio::test]
    async fn a_board_without_a_server_follows_the_servers_of_its_guild() {
        let store = TestStore::new(NOW);
        assert_eq!(shown(&store, None).await, Err(0));

        let (hub, _) = store.link(GUILD, "hub", NOW).await;
        store.link(GuildId(8), "elsewhere", NOW).await;
        assert_eq!(shown(&store, None).await, Ok(vec!["hub".to_owned()]));

        for number in 1..MAX_EMBEDS {
            store.link(GUILD, &format!("s{number}"), NOW).await;
        }
        assert_eq!(shown(&store, None).await.unwrap().len(), MAX_EMBEDS);
        store.link(GUILD, "another", NOW).await;
        assert_eq!(shown(&store, None).await, Err(MAX_EMBEDS + 1));
        assert_eq!(shown(&store, Some(hub)).await, Ok(vec!["hub".to_owned()]));
    }

    #[tokio::test]
    async fn a_board_never_shows_the_server_of_another_guild() {
        let store = TestStore::new(NOW);
        let (foreign, _) = store.link(GuildId(8), "elsewhere", NOW).await;

        let content = board_content(&store, &board(Some(foreign)), None, 10, NOW).await;

        assert!(content.is_none());
    }

    #[tokio::test]
    async fn a_quiet_hour_changes_nothing() {
        let store = TestStore::new(NOW);
        store.link(GUILD, "hub", NOW).await;
        let hash = async |now| {
            let board = board(None);
            let content = board_content(&store, &board, None, 10, now).await.unwrap();
            board_message(Text::of_tag(&board.locale), &content).hash()
        };

        assert_eq!(
            hash(NOW).await,
            hash(NOW.plus(std::time::Duration::from_secs(3600))).await
        );
    }
}
