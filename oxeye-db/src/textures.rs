//! Which textures of one server we have the skin of, and who was asked for theirs. In memory and
//! bounded: each login may bring a new texture hash.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use crate::events::SkinAnswer;

/// Textures in one generation. Players online at once are fewer on all but the largest servers, and
/// one that is forgotten is asked for again.
const GENERATION: usize = 2048;

/// Textures kept of one server, in memory and on disk.
pub(crate) const KEPT_TEXTURES: usize = 2 * GENERATION;

/// A texture that nobody has worn for so long is dropped.
pub(crate) const UNUSED_TEXTURES_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The textures that a server has reported lately.
#[derive(Debug, Default)]
pub(crate) struct Textures {
    /// Those whose skin we have.
    known: Recent<Use>,
    /// Those we asked for, and whose they are. The player may be gone when the skin comes.
    asked: Recent<PlayerName>,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    at: UnixSeconds,
    on_disk: bool,
}

impl Textures {
    /// A player wears this now. Answers whether the skin is wanted.
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

    /// Whether the skin was asked for lately because this player wore it.
    pub(crate) fn was_asked(&self, texture: &TextureHash, player: &PlayerName) -> bool {
        self.asked.get(texture) == Some(player)
    }

    /// We have the skin. `on_disk` says whether the file knows of this use.
    pub(crate) fn learn(&mut self, texture: TextureHash, at: UnixSeconds, on_disk: bool) {
        self.known.insert(texture, Use { at, on_disk });
    }

    /// We do not have the skin any more.
    pub(crate) fn forget(&mut self, texture: &TextureHash) {
        self.known.remove(texture);
    }

    /// Nobody was asked because of this player any more; answers for which textures somebody was.
    pub(crate) fn forget_player(&mut self, player: &PlayerName) -> Vec<TextureHash> {
        let asked = self.asked.iter().filter(|(_, of)| *of == player);
        let textures: Vec<_> = asked.map(|(texture, _)| *texture).collect();
        for texture in &textures {
            self.asked.remove(texture);
        }
        textures
    }

    /// Uses that the file does not know of yet.
    pub(crate) fn unsaved(&self) -> Vec<(TextureHash, UnixSeconds)> {
        let unsaved = self.known.iter().filter(|(_, used)| !used.on_disk);
        unsaved.map(|(texture, used)| (*texture, used.at)).collect()
    }

    /// The file knows of these uses; of later ones it does not.
    pub(crate) fn are_saved(&mut self, uses: &[(TextureHash, UnixSeconds)]) {
        for (texture, at) in uses {
            if let Some(used) = self.known.get_mut(texture).filter(|used| used.at == *at) {
                used.on_disk = true;
            }
        }
    }
}

/// A map that keeps between [`GENERATION`] and twice as many of the entries inserted last: when the
/// young generation is full it becomes the old one, and the old one goes.
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
    fn a_texture_per_login_does_not_fill_the_memory_and_one_in_use_is_not_asked_for_again() {
        let player = PlayerName::try_from("Alex").unwrap();
        let mut textures = Textures::default();
        textures.learn(texture(0), NOW, true);
        for number in 1..100_000 {
            let fresh = texture(number);
            assert_eq!(textures.report(fresh, &player, NOW), SkinAnswer::Wanted);
            textures.learn(fresh, NOW, true);
            assert_eq!(textures.report(texture(0), &player, NOW), SkinAnswer::Known);
        }

        assert!(textures.known.iter().count() <= KEPT_TEXTURES);
        assert!(textures.asked.iter().count() <= KEPT_TEXTURES);
        assert_eq!(
            textures.report(texture(1), &player, NOW),
            SkinAnswer::Wanted
        );
    }
}
