//! Who joined in which guild, and which kinds each guild keeps. Nothing of anybody else is kept.

use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::UnixSeconds;

use super::key::{PresenceKey, VoicePlace};
use super::kinds::{PresenceKind, PresenceKinds};
use crate::ids::{GuildId, UserId};

/// How often it is noted that a guild told something of a member.
const SEEN_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Who joined in which guild and agreed to which kinds, and which kinds each guild keeps. What is kept is what both want.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consents {
    guilds: HashMap<GuildId, GuildConsents>,
    /// The guilds in which each user joined.
    guilds_of: HashMap<UserId, Vec<GuildId>>,
    without_bot: WithoutBot,
}

/// The guilds that have removed the bot. What they kept stays for a while, and nothing is added because of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct WithoutBot {
    removed: HashSet<GuildId>,
    /// Since when guilds that had removed it have it again. Some of them we hear of before the store knows it.
    back: HashMap<GuildId, UnixSeconds>,
}

impl WithoutBot {
    fn has(&self, guild: GuildId) -> bool {
        self.removed.contains(&guild) && !self.back.contains_key(&guild)
    }
}

/// A member who joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) joined_at: UnixSeconds,
    /// When the guild last told anything of the member, to about a day.
    pub(crate) seen_at: UnixSeconds,
    /// Since when the member hides from the others.
    pub(crate) hidden_since: Option<UnixSeconds>,
    pub(crate) agreed: Agreed,
}

/// The kinds to which a member agreed, and since when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Agreed([Option<UnixSeconds>; PresenceKind::ALL.len()]);

impl Agreed {
    /// Returns the kinds, all of them since a time.
    pub(crate) fn since(kinds: PresenceKinds, at: UnixSeconds) -> Self {
        let mut agreed = Self::default();
        agreed.add(kinds, at);
        agreed
    }

    /// Adds kinds; those that were agreed to before stay as they are.
    fn add(&mut self, kinds: PresenceKinds, now: UnixSeconds) {
        for kind in kinds.iter() {
            self.0[kind as usize].get_or_insert(now);
        }
    }

    /// Takes back all other kinds.
    fn retain(&mut self, kinds: PresenceKinds) {
        let all = PresenceKind::ALL.into_iter();
        for kind in all.filter(|kind| !kinds.contains(*kind)) {
            self.0[kind as usize] = None;
        }
    }

    fn at(&self, kind: PresenceKind) -> Option<UnixSeconds> {
        self.0[kind as usize]
    }

    fn kinds(&self) -> PresenceKinds {
        let all = PresenceKind::ALL.into_iter();
        all.filter(|kind| self.at(*kind).is_some()).collect()
    }
}

/// The consents of one guild.
#[derive(Debug, Clone, Default)]
struct GuildConsents {
    /// The kinds that it keeps, and since when.
    kinds: HashMap<PresenceKind, UnixSeconds>,
    members: HashMap<UserId, Member>,
}

impl GuildConsents {
    fn kinds(&self) -> PresenceKinds {
        self.kinds.keys().copied().collect()
    }
}

impl Consents {
    /// Returns the kinds that a guild keeps; none if it was never set up.
    pub(crate) fn kinds_of(&self, guild: GuildId) -> PresenceKinds {
        let guild = self.guilds.get(&guild);
        guild.map_or(PresenceKinds::NONE, GuildConsents::kinds)
    }

    /// Returns the guilds that keep anything, sorted.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        let guilds = self.guilds.iter();
        let keeping = guilds.filter(|(_, of)| !of.kinds.is_empty());
        let mut guilds: Vec<_> = keeping.map(|(guild, _)| *guild).collect();
        guilds.sort_unstable();
        guilds
    }

    /// Returns all users who joined in any guild, sorted.
    pub(crate) fn all_users(&self) -> Vec<UserId> {
        let mut users: Vec<_> = self.guilds_of.keys().copied().collect();
        users.sort_unstable();
        users
    }

    /// Whether a user joined in a guild.
    pub(crate) fn has(&self, guild: GuildId, user: UserId) -> bool {
        self.joined_at(guild, user).is_some()
    }

    /// Returns when a user joined in a guild.
    pub(crate) fn joined_at(&self, guild: GuildId, user: UserId) -> Option<UnixSeconds> {
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        Some(member.joined_at)
    }

    /// Returns since when a member of a guild hides from the others; `None` if they are shown.
    pub(crate) fn hidden_since(&self, guild: GuildId, user: UserId) -> Option<UnixSeconds> {
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        member.hidden_since
    }

    /// Hides a member of a guild since a time, or shows them again. Whoever hides already does so since the first time.
    /// Returns since when they hide now.
    pub(crate) fn set_hidden(
        &mut self,
        guild: GuildId,
        user: UserId,
        since: Option<UnixSeconds>,
    ) -> Option<UnixSeconds> {
        let guild = self.guilds.get_mut(&guild)?;
        let member = guild.members.get_mut(&user)?;
        member.hidden_since = since.map(|since| member.hidden_since.unwrap_or(since));
        member.hidden_since
    }

    /// Returns the members of a guild who hide.
    pub(crate) fn hidden(&self, guild: GuildId) -> impl Iterator<Item = UserId> {
        let members = self.members(guild);
        members.filter(move |user| self.hidden_since(guild, *user).is_some())
    }

    /// Returns the kinds that a guild keeps, but not of this user, who did not agree to them.
    pub(crate) fn not_agreed(&self, guild: GuildId, user: UserId) -> PresenceKinds {
        let kept = self.kinds_of(guild);
        let member = self.guilds.get(&guild).and_then(|of| of.members.get(&user));
        kept.without(member.map_or(PresenceKinds::NONE, |member| member.agreed.kinds()))
    }

    /// Returns the members of a guild who joined.
    pub(crate) fn members(&self, guild: GuildId) -> impl Iterator<Item = UserId> {
        let guild = self.guilds.get(&guild).into_iter();
        guild.flat_map(|guild| guild.members.keys().copied())
    }

    /// Returns the members of whom no guild told anything since a time.
    pub(crate) fn unseen_since(&self, since: UnixSeconds) -> Vec<(GuildId, UserId)> {
        let guilds = self.guilds.iter();
        let all = guilds.flat_map(|(guild, of)| of.members.iter().map(|member| (*guild, member)));
        let unseen = all.filter(|(_, (_, member))| member.seen_at < since);
        unseen.map(|(guild, (user, _))| (guild, *user)).collect()
    }

    /// Notes that a guild told something of a member. Returns whether nothing was noted for a day.
    pub(crate) fn note_seen(&mut self, guild: GuildId, user: UserId, now: UnixSeconds) -> bool {
        let guild = self.guilds.get_mut(&guild);
        let Some(member) = guild.and_then(|guild| guild.members.get_mut(&user)) else {
            return false;
        };
        let is_new = now.saturating_since(member.seen_at) >= SEEN_EVERY;
        if is_new {
            member.seen_at = now;
        }
        is_new
    }

    /// Returns the number of users who joined in any guild.
    pub(crate) fn users(&self) -> usize {
        self.guilds_of.len()
    }

    /// Returns the guilds in which a user joined.
    pub(crate) fn guilds_of(&self, user: UserId) -> &[GuildId] {
        self.guilds_of.get(&user).map_or(&[], Vec::as_slice)
    }

    /// Returns since when sessions of a user with this key may be kept: since the user agreed to the kind in the
    /// guild of the voice channel and the guild keeps it, or since that was first so in any guild. `None` if they may not.
    pub(crate) fn since(&self, user: UserId, key: &PresenceKey) -> Option<UnixSeconds> {
        match key.place {
            Some(place) => self.since_in(place.guild, user, key.kind),
            None => {
                let guilds = self.guilds_of(user).iter();
                let since = guilds.filter_map(|guild| self.since_in(*guild, user, key.kind));
                since.min()
            }
        }
    }

    /// Returns since when sessions of a user with this key may be recorded now: the same, without the guilds that have
    /// removed the bot, and without the time in which a guild had removed it.
    pub(crate) fn recorded_since(&self, user: UserId, key: &PresenceKey) -> Option<UnixSeconds> {
        let guilds = self.guilds_of(user).iter();
        let guilds = guilds.filter(|guild| {
            let is_place = |place: VoicePlace| place.guild == **guild;
            key.place.is_none_or(is_place) && !self.without_bot.has(**guild)
        });
        let since = guilds.filter_map(|guild| {
            let since = self.since_in(*guild, user, key.kind)?;
            let back = self.without_bot.back.get(guild).copied();
            Some(back.map_or(since, |back| since.max(back)))
        });
        since.min()
    }

    /// Notes that a guild has removed the bot.
    pub(crate) fn note_removal(&mut self, guild: GuildId) {
        self.without_bot.removed.insert(guild);
        self.without_bot.back.remove(&guild);
    }

    /// Notes that the bot is in a guild.
    pub(crate) fn note_return(&mut self, guild: GuildId, now: UnixSeconds) {
        self.note_heard(guild, now);
        self.without_bot.removed.remove(&guild);
    }

    /// Notes that we hear of a guild: even if it has removed the bot, it is back.
    pub(crate) fn note_heard(&mut self, guild: GuildId, now: UnixSeconds) {
        if self.without_bot.has(guild) {
            self.without_bot.back.insert(guild, now);
        }
    }

    /// Notes that we hear nothing of a guild any more.
    pub(crate) fn note_unheard(&mut self, guild: GuildId) {
        if self.without_bot.removed.contains(&guild) {
            self.without_bot.back.remove(&guild);
        }
    }

    /// Replaces these consents by earlier ones. Which guilds have the bot stays as it is.
    pub(crate) fn restore(&mut self, earlier: Self) {
        let without_bot = std::mem::take(&mut self.without_bot);
        *self = Self {
            without_bot,
            ..earlier
        };
    }

    /// Returns the kinds to which a member agreed that a guild keeps, and since when.
    pub(crate) fn agreed(&self, guild: GuildId, user: UserId) -> Vec<(PresenceKind, UnixSeconds)> {
        let member = self.guilds.get(&guild).and_then(|of| of.members.get(&user));
        let agreed = member.map(|member| member.agreed).unwrap_or_default();
        let all = PresenceKind::ALL.into_iter();
        all.filter_map(|kind| Some((kind, agreed.at(kind)?)))
            .collect()
    }

    /// Returns since when a guild may keep sessions of a kind of a member.
    pub(crate) fn since_in(
        &self,
        guild: GuildId,
        user: UserId,
        kind: PresenceKind,
    ) -> Option<UnixSeconds> {
        let consents = self.guilds.get(&guild)?;
        let member = consents.members.get(&user)?;
        let kept_since = consents.kinds.get(&kind)?;
        Some(member.agreed.at(kind)?.max(*kept_since))
    }

    /// Sets the kinds that a guild keeps; those that are new are kept since now, and nobody agrees any more to those that
    /// it no longer keeps. With none of them, its members are no longer joined.
    pub(crate) fn set_kinds(&mut self, guild: GuildId, kinds: PresenceKinds, now: UnixSeconds) {
        if kinds.is_empty() {
            self.remove_guild(guild);
            return;
        }
        let consents = self.guilds.entry(guild).or_default();
        consents.kinds.retain(|kind, _| kinds.contains(*kind));
        let members = consents.members.values_mut();
        members.for_each(|member| member.agreed.retain(kinds));
        for kind in kinds.iter() {
            consents.kinds.entry(kind).or_insert(now);
        }
    }

    /// Adds a kind that a guild has kept since a time.
    pub(crate) fn add_kind(&mut self, guild: GuildId, kind: PresenceKind, since: UnixSeconds) {
        self.guilds
            .entry(guild)
            .or_default()
            .kinds
            .insert(kind, since);
    }

    /// Adds a member of a guild that was set up, who agreed to no kind that it does not keep. Whoever has joined stays so.
    pub(crate) fn add(&mut self, guild: GuildId, user: UserId, mut member: Member) {
        let kept = self.kinds_of(guild);
        let Some(consents) = self.guilds.get_mut(&guild) else {
            return;
        };
        if consents.members.contains_key(&user) {
            return;
        }
        member.agreed.retain(kept);
        consents.members.insert(user, member);
        self.guilds_of.entry(user).or_default().push(guild);
    }

    /// Has a member of a guild agree to more kinds, if it still keeps them.
    pub(crate) fn agree(
        &mut self,
        guild: GuildId,
        user: UserId,
        kinds: PresenceKinds,
        now: UnixSeconds,
    ) {
        let kept = self.kinds_of(guild);
        let guild = self.guilds.get_mut(&guild);
        if let Some(member) = guild.and_then(|of| of.members.get_mut(&user)) {
            member.agreed.add(kinds, now);
            member.agreed.retain(kept);
        }
    }

    /// Removes a member of a guild.
    pub(crate) fn remove(&mut self, guild: GuildId, user: UserId) {
        if let Some(consents) = self.guilds.get_mut(&guild) {
            consents.members.remove(&user);
        }
        self.remove_guild_of(guild, user);
    }

    fn remove_guild(&mut self, guild: GuildId) {
        let removed = self.guilds.remove(&guild).unwrap_or_default();
        for user in removed.members.into_keys() {
            self.remove_guild_of(guild, user);
        }
    }

    fn remove_guild_of(&mut self, guild: GuildId, user: UserId) {
        let Some(guilds) = self.guilds_of.get_mut(&user) else {
            return;
        };
        guilds.retain(|of| *of != guild);
        if guilds.is_empty() {
            self.guilds_of.remove(&user);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
