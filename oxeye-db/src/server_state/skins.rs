//! Which skins the players of a server wear, and which textures lead to one.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use super::{Ledger, ServerState, StoreChange};
use crate::events::SkinAnswer;

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
