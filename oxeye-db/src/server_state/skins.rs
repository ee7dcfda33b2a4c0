//! Which skins the players of a server wear, and which textures lead to one.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use uuid::Uuid;

use super::{Ledger, ServerState, Stay, StoreChange};
use crate::events::SkinAnswer;
use crate::player_uuids::UuidKind;
use crate::players::PlayerId;

/// How long after a join we wait for the skin of a texture that the server has reported.
const TIME_TO_SEND_SKIN: Duration = Duration::from_secs(60);

impl ServerState {
    /// Notes the texture that an online player wears.
    pub(super) fn set_texture(
        &mut self,
        name: &PlayerName,
        texture: Option<TextureHash>,
        ledger: &mut Ledger<'_>,
    ) {
        let Some((stay, texture)) = self.players.get_mut(name).zip(texture) else {
            return;
        };
        if stay.texture != Some(texture) {
            stay.texture = Some(texture);
            ledger.note(StoreChange::TextureChanged(stay.session, texture));
            self.revision += 1;
        }
    }

    /// Notes the UUID that was reported last for an online player.
    pub(crate) fn set_uuid(&mut self, name: &PlayerName, uuid: Uuid) {
        if let Some(stay) = self.players.get_mut(name)
            && stay.uuid != Some(uuid)
        {
            stay.uuid = Some(uuid);
            self.revision += 1;
        }
    }

    /// Returns the players whose accounts Mojang knows and whose skins the server has not sent, in the
    /// order in which a picture shows them.
    pub(crate) fn skinless_accounts(&self, now: UnixSeconds) -> Vec<(PlayerId, Uuid, UnixSeconds)> {
        let players = self.players.iter();
        let skinless = players.filter(|(_, stay)| self.is_without_skin(stay, now));
        let mut skinless: Vec<_> = skinless.collect();
        skinless.sort_unstable_by_key(|(name, stay)| (stay.joined_at, *name));
        let stays = skinless.into_iter().map(|(_, stay)| stay);
        stays
            .filter_map(|stay| Some((stay.player, stay.uuid?, stay.joined_at)))
            .collect()
    }

    /// Whether a player is online with this account, and the server has not sent the skin.
    pub(crate) fn is_skinless(&self, name: &PlayerName, account: Uuid, now: UnixSeconds) -> bool {
        let stay = self.players.get(name);
        stay.is_some_and(|stay| stay.uuid == Some(account) && self.is_without_skin(stay, now))
    }

    fn is_without_skin(&self, stay: &Stay, now: UnixSeconds) -> bool {
        let is_being_sent = stay.texture.is_some() && now < stay.joined_at.plus(TIME_TO_SEND_SKIN);
        let kind = stay.uuid.map(UuidKind::of);
        kind == Some(UuidKind::Online) && !self.has_sent_skin(stay) && !is_being_sent
    }

    /// Whether the picture shows what was looked up for an account.
    pub(crate) fn shows_looked_up_skin(&self, account: Uuid) -> bool {
        let mut stays = self.players.values();
        stays.any(|stay| stay.uuid == Some(account) && !self.has_sent_skin(stay))
    }

    /// Notes that something else was looked up for an account that is shown.
    pub(crate) fn note_looked_up_skin(&mut self) {
        self.revision += 1;
    }

    fn has_sent_skin(&self, stay: &Stay) -> bool {
        let texture = stay.texture.as_ref();
        texture.is_some_and(|texture| self.textures.has_skin(texture))
    }

    /// Returns whether the skin of a texture is wanted.
    pub(super) fn skin_answer(
        &mut self,
        player: &PlayerName,
        texture: Option<TextureHash>,
        now: UnixSeconds,
    ) -> SkinAnswer {
        match texture {
            Some(texture) => self.textures.report(texture, player, now),
            None => SkinAnswer::Known,
        }
    }

    /// Notes that a texture leads to a skin; `changed` says whether it led to another one or none before.
    pub(crate) fn learn_skin(&mut self, texture: TextureHash, changed: bool, now: UnixSeconds) {
        self.textures.learn(texture, now, changed);
        self.revision += u64::from(changed);
    }

    /// Restores a texture from the file and when it was last used.
    pub(crate) fn restore_texture(&mut self, texture: TextureHash, used_at: UnixSeconds) {
        self.textures.learn(texture, used_at, true);
    }

    /// Notes that the file holds these uses.
    pub(crate) fn note_saved_uses(&mut self, uses: &[(TextureHash, UnixSeconds)]) {
        self.textures.mark_saved(uses);
    }

    /// Forgets that these textures lead to a skin.
    pub(crate) fn forget_textures(&mut self, textures: &[TextureHash]) {
        for texture in textures {
            self.textures.forget(texture);
        }
    }
}
