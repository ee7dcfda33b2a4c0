//! One linked server: its roster, and when those who left were last seen.
//!
//! Every rule about *who is on* is here; [`crate::events`] adds locking and storage around it.

use hashbrown::HashMap;
use oxeye_plugin_proto::{
    MissingSkin, PlayerName, ServerName, SyncPlayer, TextureHash, UnixSeconds, limits,
};
use std::time::Duration;

use crate::events::{JoinEvent, LeaveEvent, SkinAnswer};
use crate::ids::GuildId;
use crate::last_seen::LastSeen;
use crate::skins::Textures;

/// Players in one server's last seen. More than a real server has in a window; one that names new
/// players without end must not fill the memory that all share.
const MAX_LAST_SEEN: usize = 100_000;

/// A player who is online now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlinePlayer {
    /// The name as the server sent it.
    pub player: PlayerName,
    /// When they joined, or when a sync first named them.
    pub joined_at: UnixSeconds,
}

/// A player who is not online and was lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflinePlayerInfo {
    /// The name as the server sent it.
    pub player_name: PlayerName,
    /// The latest evidence that they were there.
    pub last_seen: UnixSeconds,
}

/// What is kept of a player while they are online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// When the player joined; a repeated join or a sync never changes it.
    pub joined_at: UnixSeconds,
    /// What they wear, if the plugin said so.
    pub texture: Option<TextureHash>,
}

/// One linked server in memory. A player is either in `players` or in `last_seen`, never in both.
#[derive(Debug)]
pub struct ServerState {
    /// The guild whose server this is.
    pub guild: GuildId,
    /// The server's name, unique in its guild.
    pub name: ServerName,
    /// Whether a key speaks for this server now; false after a disconnect.
    pub linked: bool,
    /// Who is online.
    pub players: HashMap<PlayerName, Stay>,
    /// Who is not, and when they were last seen.
    pub last_seen: LastSeen,
    /// Whether the plugin has told the whole roster since we started.
    pub synced_since_boot: bool,
    /// When the server last said anything.
    pub heard_at: Option<UnixSeconds>,
    /// Which of the textures that this server has reported lead to a skin.
    pub textures: Textures,
    /// Grows whenever a picture of the roster would change.
    pub revision: u64,
    window: Duration,
}

impl ServerState {
    /// A server that has been linked and has said nothing yet.
    #[must_use]
    pub fn new(guild: GuildId, name: ServerName, window: Duration) -> Self {
        Self {
            guild,
            name,
            linked: true,
            players: HashMap::new(),
            last_seen: LastSeen::new(MAX_LAST_SEEN),
            synced_since_boot: false,
            heard_at: None,
            textures: Textures::default(),
            revision: 0,
            window,
        }
    }

    /// The oldest time that still counts as lately.
    #[must_use]
    pub fn window_edge(&self, now: UnixSeconds) -> UnixSeconds {
        now.minus(self.window)
    }

    /// A player joined. A join that is older than what we last saw of the player is news from a
    /// stay that has ended, and puts nobody online.
    pub fn player_join(&mut self, event: &JoinEvent, now: UnixSeconds) -> SkinAnswer {
        let at = clamp(event.at, now);
        self.hear(now);
        if let Some(stay) = self.players.get_mut(&event.player) {
            if event.texture_hash.is_some() && stay.texture != event.texture_hash {
                stay.texture = event.texture_hash;
                self.revision += 1;
            }
        } else if event.at.is_none()
            || self
                .last_seen
                .get(&event.player)
                .is_none_or(|seen| seen <= at)
        {
            self.come_online(&event.player, at, event.texture_hash);
        }
        match event.texture_hash {
            Some(texture) => self.textures.report(texture, &event.player, now),
            None => SkinAnswer::Known,
        }
    }

    /// A player left. A leave older than the join we know of belongs to an earlier stay. A leave of
    /// somebody who is not online is still evidence that they were there.
    pub fn player_leave(&mut self, event: &LeaveEvent, now: UnixSeconds) {
        let at = clamp(event.at, now);
        self.hear(now);
        match self.players.get(&event.player) {
            Some(stay) if event.at.is_some() && at < stay.joined_at => {}
            Some(_) => self.go_offline(&event.player, at, now),
            None => {
                let newest = self
                    .last_seen
                    .get(&event.player)
                    .filter(|seen| *seen > at && *seen <= latest(now));
                self.update_last_seen(&event.player, newest.unwrap_or(at), now);
            }
        }
    }

    /// The whole roster. Those it does not name were last seen when the server last spoke before.
    /// Answers whose skins are wanted.
    pub fn sync_players(&mut self, roster: &[SyncPlayer], now: UnixSeconds) -> Vec<MissingSkin> {
        let heard_before = self.hear(now);
        let named: hashbrown::HashSet<&PlayerName> = roster.iter().map(|p| &p.player).collect();
        let gone: Vec<(PlayerName, UnixSeconds)> = self
            .players
            .iter()
            .filter(|(player, _)| !named.contains(player))
            .map(|(player, stay)| (player.clone(), stay.joined_at))
            .collect();
        for (player, joined_at) in gone {
            let evidence = heard_before.map_or(joined_at, |heard| heard.max(joined_at));
            self.go_offline(&player, evidence.min(latest(now)), now);
        }
        let mut missing = Vec::new();
        for entry in roster {
            let joined = JoinEvent {
                player: entry.player.clone(),
                texture_hash: entry.texture_hash,
                at: None,
            };
            if let (SkinAnswer::Wanted, Some(texture_hash)) =
                (self.player_join(&joined, now), entry.texture_hash)
            {
                missing.push(MissingSkin {
                    player: entry.player.clone(),
                    texture_hash,
                });
            }
        }
        self.synced_since_boot = true;
        missing
    }

    /// The server lives and its roster is as it was: evidence for everyone online, in O(1).
    /// Answers whether a full sync is wanted.
    pub fn heartbeat(&mut self, now: UnixSeconds) -> bool {
        self.hear(now);
        !self.synced_since_boot
    }

    /// The server says farewell: everyone moves to last seen, and no event counts any more.
    pub fn disconnect(&mut self, now: UnixSeconds) {
        self.linked = false;
        self.synced_since_boot = false;
        self.hear(now);
        for (player, _) in std::mem::take(&mut self.players) {
            self.update_last_seen(&player, now, now);
        }
        self.revision += 1;
    }

    /// The server is linked anew and continues: what it remembers of its players stays.
    pub fn relink(&mut self) {
        self.linked = true;
        self.synced_since_boot = false;
    }

    /// Everyone online, who joined first comes first.
    #[must_use]
    pub fn online(&self) -> Vec<OnlinePlayer> {
        let mut online: Vec<_> = self
            .players
            .iter()
            .map(|(player, stay)| OnlinePlayer {
                player: player.clone(),
                joined_at: stay.joined_at,
            })
            .collect();
        online.sort_unstable_by(|a, b| (a.joined_at, &a.player).cmp(&(b.joined_at, &b.player)));
        online
    }

    /// The `limit` players who left last, newest first.
    #[must_use]
    pub fn get_recently_offline(&self, limit: usize, now: UnixSeconds) -> Vec<OfflinePlayerInfo> {
        self.last_seen
            .newest_first(self.window_edge(now))
            .take(limit)
            .map(|(player, last_seen)| OfflinePlayerInfo {
                player_name: player.clone(),
                last_seen,
            })
            .collect()
    }

    /// The server said something; answers when it last did before. Every write starts here, so
    /// every write drops what has left the window.
    fn hear(&mut self, now: UnixSeconds) -> Option<UnixSeconds> {
        self.last_seen.drop_older_than(self.window_edge(now));
        self.heard_at.replace(now)
    }

    fn come_online(&mut self, player: &PlayerName, at: UnixSeconds, texture: Option<TextureHash>) {
        self.last_seen.remove(player);
        let stay = Stay {
            joined_at: at,
            texture,
        };
        self.players.insert(player.clone(), stay);
        self.revision += 1;
    }

    fn go_offline(&mut self, player: &PlayerName, at: UnixSeconds, now: UnixSeconds) {
        self.players.remove(player);
        self.revision += 1;
        self.update_last_seen(player, at, now);
    }

    fn update_last_seen(&mut self, player: &PlayerName, at: UnixSeconds, now: UnixSeconds) {
        let edge = self.window_edge(now);
        self.last_seen.update_last_seen(player, at, edge);
    }
}

/// The time an event happened: what the plugin says, within what we believe.
fn clamp(at: Option<UnixSeconds>, now: UnixSeconds) -> UnixSeconds {
    at.map_or(now, |at| {
        at.clamp(now.minus(limits::LATE_EVENT_LIMIT), latest(now))
    })
}

/// The latest time we believe: clocks differ a little.
fn latest(now: UnixSeconds) -> UnixSeconds {
    now.plus(limits::EARLY_EVENT_LIMIT)
}

#[cfg(test)]
mod model;
