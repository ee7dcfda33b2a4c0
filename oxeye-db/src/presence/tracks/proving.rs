//! Members of whom there is no evidence but that no report says otherwise. They may have left their guild, which the
//! gateway does not tell, so it has to be asked.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::Tracks;
use super::hearing::telling;
use super::tracked::Away;
use crate::ids::{GuildId, UserId};
use crate::presence::consents::Consents;

/// Time after the last report about somebody who does something at which the gateway is asked about them.
const ASK_AFTER: Duration = Duration::from_secs(600);
/// Longest time by which that is later in some guilds than in others, so that not all of them are asked at once.
const SPREAD_SECS: u64 = 120;

impl Tracks {
    /// Notes that a guild tells something of a user.
    pub(super) fn note_told(&mut self, guild: GuildId, user: UserId) {
        self.heard.insert(guild);
        self.left.remove(&(guild, user));
    }

    /// Takes that a user has left a guild. Unless another one tells of them, what they did was over at some time since
    /// the last report about it.
    pub(super) fn take_leaving(&mut self, consents: &Consents, guild: GuildId, user: UserId) {
        self.left.insert((guild, user));
        let telling = telling(consents.guilds_of(user), &self.left, user);
        let Some(track) = self.users.get_mut(&user) else {
            return;
        };
        let sessions = track.sessions.iter_mut();
        let personal = sessions.filter(|of| of.session.key.place.is_none());
        for tracked in personal.filter(|of| of.session.is_open()) {
            if telling.is_empty() {
                tracked.take_back();
                tracked.away = None;
                tracked.session.end_at(tracked.session.seen_at);
            } else if tracked.away.is_none() && !tracked.is_in(&self.heard, &telling) {
                tracked.take_back();
                tracked.away = Some(match tracked.is_in(&self.heard_before, &telling) {
                    true => Away::Connection,
                    false => Away::Unheard,
                });
            } else {
                continue;
            }
            self.changed.insert((user, tracked.session.id));
        }
    }

    /// Takes that a user is in no voice channel of a guild. What they did there was over at some time since the last report
    /// about it, so that is where it ends, by estimate.
    pub(super) fn take_out_of_voice(&mut self, guild: GuildId, user: UserId) {
        let Some(track) = self.users.get_mut(&user) else {
            return;
        };
        let sessions = track.sessions.iter_mut();
        let here = sessions.filter(|of| of.session.key.place.is_some_and(|of| of.guild == guild));
        for tracked in here.filter(|of| of.session.is_open()) {
            tracked.take_back();
            tracked.away = None;
            tracked.session.end_by_estimate(Duration::ZERO);
            self.changed.insert((user, tracked.session.id));
        }
    }

    /// Returns who does something of which no report has told for some time, each with a guild to be asked.
    pub(crate) fn unproven(&self, consents: &Consents, now: UnixSeconds) -> Vec<(GuildId, UserId)> {
        let users = self.users.iter().filter_map(|(id, user)| {
            let sessions = user.sessions.iter();
            let personal = sessions.filter(|of| of.session.key.place.is_none());
            let open: Vec<_> = personal.filter(|of| of.session.is_open()).collect();
            let told_at = open.iter().map(|of| of.told_at).max()?;
            let is_away = open.iter().any(|of| of.away.is_some());
            let telling = telling(consents.guilds_of(*id), &self.left, *id).into_iter();
            let mut heard = telling.filter(|guild| self.heard.contains(guild));
            let guild = heard.next()?;
            let is_old = now.saturating_since(told_at) >= ask_after(guild);
            (is_away || is_old).then_some((guild, *id))
        });
        users.collect()
    }
}

fn ask_after(guild: GuildId) -> Duration {
    ASK_AFTER + Duration::from_secs((guild.0 >> 22) % SPREAD_SECS)
}
