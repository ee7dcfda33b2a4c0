//! Hearing of guilds, or not: time that passes, connections that are lost and resumed.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::tracked::Away;
use super::{STALE_AFTER, Tracks};
use crate::presence::consents::Consents;
use crate::presence::observation::AwayGuilds;

impl Tracks {
    /// Lets time pass: sessions of which we hear go on, those of which we heard nothing for long end by estimate.
    pub(crate) fn pass_time(&mut self, consents: &Consents, now: UnixSeconds) {
        for (id, user) in &mut self.users {
            let guilds = consents.guilds_of(*id);
            let open = user.sessions.iter_mut().filter(|of| of.session.is_open());
            for tracked in open.filter(|of| of.away.is_none()) {
                if !tracked.is_in(&self.heard, guilds) {
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

    /// Stops hearing of guilds. Until now, their sessions went on.
    pub(super) fn lose(&mut self, consents: &Consents, guilds: AwayGuilds, now: UnixSeconds) {
        let why = match guilds {
            AwayGuilds::All => {
                if self.is_new_connection {
                    // What was not heard of on this connection is not part of what it may resume.
                    self.forget_lost_connection();
                }
                self.heard_before.extend(self.heard.drain());
                Away::Connection
            }
            AwayGuilds::One(guild) => {
                self.heard.remove(&guild);
                self.heard_before.remove(&guild);
                Away::Unheard
            }
        };
        let (heard, heard_before) = (&self.heard, &self.heard_before);
        for (id, user) in &mut self.users {
            let guilds = consents.guilds_of(*id);
            for tracked in &mut user.sessions {
                match tracked.away {
                    None if tracked.session.is_open() && !tracked.is_in(heard, guilds) => {
                        tracked.lose(why, now);
                    }
                    Some(Away::Connection) if !tracked.is_in(heard_before, guilds) => {
                        tracked.away = Some(Away::Unheard);
                    }
                    _ => {}
                }
            }
        }
    }

    fn forget_lost_connection(&mut self) {
        self.is_new_connection = false;
        self.heard_before.clear();
        let sessions = self.users.values_mut().flat_map(|user| &mut user.sessions);
        for tracked in sessions.filter(|of| of.away == Some(Away::Connection)) {
            tracked.away = Some(Away::Unheard);
        }
    }

    /// Hears again as if the connection had never been lost. Sessions that ended meanwhile because nothing was heard go
    /// on after a gap.
    pub(super) fn resume(&mut self, now: UnixSeconds) {
        self.heard.extend(self.heard_before.drain());
        self.is_new_connection = false;
        for (id, user) in &mut self.users {
            for session in user.resume(now) {
                self.changed.insert((*id, session));
            }
        }
    }
}
