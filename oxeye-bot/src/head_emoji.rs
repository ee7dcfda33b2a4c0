//! Heads of players as emoji of the application, for lines of text (`HEAD_EMOJI`).
//!
//! An emoji belongs to a face, not to a player: its name is a hash of the face's pixels, so players with the
//! same face share one, and an emoji is found again after a restart. A message never waits for an emoji: a
//! list shows heads once it can show those of all its players.
//!
//! | module    | what it holds                                                    |
//! |-----------|------------------------------------------------------------------|
//! | `face`    | the name of a face's emoji                                       |
//! | `book`    | which emoji there are, who needs them, and what to do next; pure |
//! | `pace`    | how quickly emoji may be made; pure                              |
//! | `keeper`  | the task that makes and deletes emoji                            |
//! | `wearers` | whose the emoji of an earlier process are                        |

mod book;
mod face;
mod keeper;
mod pace;
mod wearers;

use std::sync::Arc;

use oxeye_db::{Database, GuildId, GuildServer, Head, PlayerName};
use oxeye_text::Heads;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use book::Book;
pub(crate) use book::MOST_HEADS;
pub(crate) use keeper::{Tools, delete_all, run};

/// The heads that lists can show. Clones are cheap and refer to the same emoji.
#[derive(Debug, Clone)]
pub(crate) struct HeadEmoji {
    book: Arc<Mutex<Book>>,
    /// Notified when there is something to do.
    changed: Arc<Notify>,
}

impl HeadEmoji {
    pub(crate) fn new() -> Self {
        Self {
            book: Arc::default(),
            changed: Arc::default(),
        }
    }

    /// Returns the heads of the players on a server, or none if there are more than `most`, or if one of them
    /// has no emoji yet.
    pub(crate) async fn of_server(
        &self,
        database: &Database,
        server: GuildServer,
        most: usize,
    ) -> Heads {
        if !database.guild_settings(server.guild()).shown.heads {
            return Heads::none();
        }
        match database.heads_online(server, most + 1).await {
            Ok(Some(players)) if players.len() <= most => self.of(server.guild(), &players),
            Ok(_) => Heads::none(),
            Err(error) => {
                tracing::warn!(server = %server.id(), %error, "could not read the heads of the players");
                Heads::none()
            }
        }
    }

    /// Returns the heads of the players on several servers, or none if there are more than
    /// [`MOST_HEADS`], or if one of them has no emoji yet.
    pub(crate) async fn of_servers(
        &self,
        database: &Database,
        guild: GuildId,
        servers: Vec<GuildServer>,
    ) -> Heads {
        let mut all = Vec::new();
        if !database.guild_settings(guild).shown.heads {
            return Heads::none();
        }
        for server in servers {
            if all.len() > MOST_HEADS {
                break;
            }
            match database.heads_online(server, MOST_HEADS + 1).await {
                Ok(players) => all.extend(players.into_iter().flatten()),
                Err(error) => {
                    tracing::warn!(server = %server.id(), %error, "could not read the heads of the players");
                    return Heads::none();
                }
            }
        }
        self.of(guild, &all)
    }

    /// Returns the heads of these players of a guild, all of whom may be shown; none if they are too many, or
    /// if one of them has no emoji yet.
    pub(crate) fn of(&self, guild: GuildId, players: &[(PlayerName, Head)]) -> Heads {
        let emoji = self.book.lock().show(guild, players, Instant::now());
        match emoji {
            Some(emoji) => {
                let names = players.iter().map(|(player, _)| player.clone());
                Heads::new(names.zip(emoji))
            }
            None => {
                self.changed.notify_one();
                Heads::none()
            }
        }
    }
}
