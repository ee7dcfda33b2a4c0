//! Hearing of guilds, or not: time that passes, connections that are lost and resumed.

use std::time::Duration;

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;

use super::tracked::Away;
use super::{STALE_AFTER, Tracks};
use crate::ids::{GuildId, UserId};
use crate::presence::consents::Consents;
use crate::presence::observation::{AwayGuilds, Shard};

impl Tracks {
    /// Lets time pass: sessions of which we hear go on, those of which we heard nothing for long end by estimate.
    pub(crate) fn pass_time(&mut self, consents: &Consents, now: UnixSeconds) {
        for (id, user) in &mut self.users {
            let telling = telling(consents.guilds_of(*id), &self.left, *id);
            let open = user.sessions.iter_mut().filter(|of| of.session.is_open());
            for tracked in open.filter(|of| of.away.is_none()) {
                if !tracked.is_in(&self.heard, &telling) {
                    tracked.away = Some(Away::Unheard);
                } else if tracked.hear(now) {
                    self.changed.insert((*id, tracked.session.id));
                }
            }
        }
        self.end_stale(STALE_AFTER, now);
        let changed = &self.changed;
        self.users.retain(|id, user| {
            user.prune(now, |session| changed.contains(&(*id, session)));
            !user.sessions.is_empty() || !user.ended.is_empty()
        });
    }

    /// Ends sessions of which nothing was heard for some time, by estimate.
    pub(crate) fn end_stale(&mut self, after: Duration, now: UnixSeconds) {
        let mut changed = Vec::new();
        for (id, user) in &mut self.users {
            user.end_stale(after, now, &mut changed);
            self.changed
                .extend(changed.drain(..).map(|session| (*id, session)));
        }
    }

    /// Stops hearing of guilds. Until now, their sessions went on, and what another guild tells of goes on.
    pub(super) fn lose(&mut self, consents: &Consents, guilds: AwayGuilds, now: UnixSeconds) {
        if let AwayGuilds::Lost(shard) = guilds {
            let lost = self.heard.extract_if(|guild| shard.has(*guild));
            self.heard_before.extend(lost);
        } else {
            self.heard.retain(|guild| !guilds.has(*guild));
            self.heard_before.retain(|guild| !guilds.has(*guild));
        }
        let (heard, heard_before) = (&self.heard, &self.heard_before);
        for (id, user) in &mut self.users {
            let telling = telling(consents.guilds_of(*id), &self.left, *id);
            for tracked in &mut user.sessions {
                let why = match tracked.is_in(heard_before, &telling) {
                    true => Away::Connection,
                    false => Away::Unheard,
                };
                match tracked.away {
                    None if tracked.session.is_open() && !tracked.is_in(heard, &telling) => {
                        tracked.lose(why, now);
                    }
                    Some(Away::Connection) => tracked.away = Some(why),
                    _ => {}
                }
            }
        }
    }

    /// Hears again of the guilds of a shard as if its connection had never been lost. Sessions that ended meanwhile
    /// because nothing was heard go on after a gap.
    pub(super) fn resume(&mut self, consents: &Consents, shard: Shard, now: UnixSeconds) {
        let back = self.heard_before.extract_if(|guild| shard.has(*guild));
        let back: HashSet<GuildId> = back.collect();
        for (id, user) in &mut self.users {
            let telling = telling(consents.guilds_of(*id), &self.left, *id);
            for session in user.resume(|of| of.is_in(&back, &telling), now) {
                self.changed.insert((*id, session));
            }
        }
        self.heard.extend(back);
    }
}

/// Returns the guilds that may tell what a user does: those in which they joined, without those that they left.
pub(super) fn telling(
    guilds_of_user: &[GuildId],
    left: &HashSet<(GuildId, UserId)>,
    user: UserId,
) -> Vec<GuildId> {
    let guilds = guilds_of_user.iter().copied();
    guilds
        .filter(|guild| !left.contains(&(*guild, user)))
        .collect()
}
