//! Which textures of a server's players lead to a skin.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};

use super::ServerState;

impl ServerState {
    /// A texture leads to a skin; `changed` says that it led to another one or to none before.
    pub(crate) fn learn_skin(&mut self, texture: TextureHash, changed: bool, now: UnixSeconds) {
        self.textures.learn(texture, now, changed);
        self.revision += u64::from(changed);
    }

    /// A texture that the file knows, and when it was used last.
    pub(crate) fn restore_texture(&mut self, texture: TextureHash, used_at: UnixSeconds) {
        self.textures.learn(texture, used_at, true);
    }

    /// The file knows of these uses.
    pub(crate) fn uses_are_saved(&mut self, uses: &[(TextureHash, UnixSeconds)]) {
        self.textures.are_saved(uses);
    }

    /// These textures lead to no skin any more.
    pub(crate) fn forget_textures(&mut self, textures: &[TextureHash]) {
        for texture in textures {
            self.textures.forget(texture);
        }
    }
}
