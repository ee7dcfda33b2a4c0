//! The textures of one server whose skins we have, and those we have asked for. They are kept in memory
//! and bounded, because each login may bring a new texture hash.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use crate::events::SkinAnswer;

/// Number of textures in one generation. Only the largest servers have more players online at once, and
/// a texture that is dropped is asked for again.
const GENERATION: usize = 2048;

/// Maximum number of textures kept per server, in memory and on disk.
pub(crate) const MAX_TEXTURES: usize = 2 * GENERATION;

/// How long we keep a texture that nobody wears.
pub(crate) const UNUSED_TEXTURE_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// The textures that a server has reported recently.
#[derive(Debug, Default)]
pub(crate) struct Textures {
    /// Textures whose skins we have.
    known: Recent<Use>,
    /// Textures whose skins we asked for, with the player. The player may have left when the skin
    /// arrives.
    asked: Recent<PlayerName>,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    at: UnixSeconds,
    on_disk: bool,
}

impl Textures {
    /// Notes that a player wears a texture. Returns whether we want its skin.
    pub(crate) fn report(
        &mut self,
        texture: TextureHash,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> SkinAnswer {
        if self.known.get(&texture).is_some() {
            self.learn(texture, now, false);
            SkinAnswer::Known
        } else {
            self.asked.insert(texture, player.clone());
            SkinAnswer::Wanted
        }
    }

    /// Whether we have a texture's skin.
    pub(crate) fn has_skin(&self, texture: &TextureHash) -> bool {
        self.known.get(texture).is_some()
    }

    /// Whether we recently asked for the skin because this player wore the texture.
    pub(crate) fn was_asked(&self, texture: &TextureHash, player: &PlayerName) -> bool {
        self.asked.get(texture) == Some(player)
    }

    /// Notes that we have a texture's skin. `on_disk` says whether this use is saved in the file.
    pub(crate) fn learn(&mut self, texture: TextureHash, at: UnixSeconds, on_disk: bool) {
        self.known.insert(texture, Use { at, on_disk });
    }

    /// Notes that we no longer have a texture's skin.
    pub(crate) fn forget(&mut self, texture: &TextureHash) {
        self.known.remove(texture);
    }

    /// Forgets what we asked for because of a player. Returns those textures.
    pub(crate) fn forget_player(&mut self, player: &PlayerName) -> Vec<TextureHash> {
        let asked = self.asked.iter().filter(|(_, of)| *of == player);
        let textures: Vec<_> = asked.map(|(texture, _)| *texture).collect();
        for texture in &textures {
            self.asked.remove(texture);
        }
        textures
    }

    /// Returns the uses that are not saved in the file yet.
    pub(crate) fn unsaved(&self) -> Vec<(TextureHash, UnixSeconds)> {
        let unsaved = self.known.iter().filter(|(_, used)| !used.on_disk);
        unsaved.map(|(texture, used)| (*texture, used.at)).collect()
    }

    /// Notes that these uses are saved in the file. Later uses of the same textures stay unsaved.
    pub(crate) fn mark_saved(&mut self, uses: &[(TextureHash, UnixSeconds)]) {
        for (texture, at) in uses {
            if let Some(used) = self.known.get_mut(texture).filter(|used| used.at == *at) {
                used.on_disk = true;
            }
        }
    }
}

/// A map that keeps the entries inserted last: at least [`GENERATION`] and at most twice as many. When
/// the young generation is full it becomes the old one, and the previous old one is dropped.
#[derive(Debug)]
struct Recent<V> {
    young: HashMap<TextureHash, V>,
    old: HashMap<TextureHash, V>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

impl<V> Recent<V> {
    fn get(&self, texture: &TextureHash) -> Option<&V> {
        self.young.get(texture).or_else(|| self.old.get(texture))
    }

    fn get_mut(&mut self, texture: &TextureHash) -> Option<&mut V> {
        self.young
            .get_mut(texture)
            .or_else(|| self.old.get_mut(texture))
    }

    fn insert(&mut self, texture: TextureHash, value: V) {
        self.old.remove(&texture);
        self.young.insert(texture, value);
        if self.young.len() == GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
    }

    fn remove(&mut self, texture: &TextureHash) {
        self.young.remove(texture);
        self.old.remove(texture);
    }

    fn iter(&self) -> impl Iterator<Item = (&TextureHash, &V)> {
        self.young.iter().chain(self.old.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_000);

    fn texture(number: u64) -> TextureHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        TextureHash(hash)
    }

    #[test]
    fn a_new_texture_per_login_does_not_fill_memory_and_one_in_use_is_not_asked_for_again() {
        let player = PlayerName::try_from("Alex").unwrap();
        let mut textures = Textures::default();
        textures.learn(texture(0), NOW, true);
        for number in 1..100_000 {
            let fresh = texture(number);
            assert_eq!(textures.report(fresh, &player, NOW), SkinAnswer::Wanted);
            textures.learn(fresh, NOW, true);
            assert_eq!(textures.report(texture(0), &player, NOW), SkinAnswer::Known);
        }

        assert!(textures.known.iter().count() <= MAX_TEXTURES);
        assert!(textures.asked.iter().count() <= MAX_TEXTURES);
        assert_eq!(
            textures.report(texture(1), &player, NOW),
            SkinAnswer::Wanted
        );
    }
}
