//! Keeps pictures of figures that were drawn lately, so that the same picture is drawn once however many ask for it.
//!
//! The key is everything that is drawn, so a picture never shows what is no longer true or what somebody may not see.
//! All of them are dropped when a player is forgotten or hides, so that no name outlives its player in one.

use std::sync::Arc;

use hashbrown::HashMap;
use oxeye_render::{ChartWords, Head};

use crate::database::Database;
use crate::figure_pictures::{PlayerWords, TopWords};
use crate::ids::GuildId;
use crate::store::StoreError;

/// The most pictures that are kept.
const MOST_PICTURES: usize = 64;
/// The most bytes that they have together.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Drawn {
    /// Who has most: words, head, and the share of the largest amount in thousandths.
    Top(GuildId, Vec<(TopWords, Option<Head>, u64)>),
    /// How much a player played on each day, in seconds.
    Player(GuildId, PlayerWords, Option<Head>, Vec<u64>),
    /// The players over time: each step, the record, the usual week, and the words.
    Chart(
        Vec<ChartKey>,
        Option<u32>,
        Option<Vec<Option<u64>>>,
        ChartWords,
    ),
}

/// A step of a chart: from, to, the bits of the average, and the peak.
pub(crate) type ChartKey = (i64, i64, Option<u64>, u32);

/// A picture, or nothing while it is drawn.
type Slot = Arc<tokio::sync::Mutex<Option<Arc<[u8]>>>>;

/// The pictures that were drawn lately.
#[derive(Debug, Default)]
pub(crate) struct DrawnPictures(parking_lot::Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    pictures: HashMap<Drawn, Picture>,
    /// How often anybody has asked.
    asked: u64,
}

#[derive(Debug)]
struct Picture {
    slot: Slot,
    bytes: usize,
    /// When it was asked for last.
    asked: u64,
}

impl DrawnPictures {
    /// Returns the slot of a picture.
    fn slot(&self, key: &Drawn) -> Slot {
        let mut kept = self.0.lock();
        kept.asked += 1;
        let asked = kept.asked;
        if let Some(picture) = kept.pictures.get_mut(key) {
            picture.asked = asked;
            return Arc::clone(&picture.slot);
        }
        let slot = Slot::default();
        let picture = Picture {
            slot: Arc::clone(&slot),
            bytes: 0,
            asked,
        };
        kept.pictures.insert(key.clone(), picture);
        kept.shrink();
        slot
    }

    /// Notes how large a picture is. One that was dropped meanwhile stays dropped.
    fn note_size(&self, key: &Drawn, bytes: usize) {
        let mut kept = self.0.lock();
        if let Some(picture) = kept.pictures.get_mut(key) {
            picture.bytes = bytes;
        }
        kept.shrink();
    }

    /// Returns the number of pictures.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().pictures.len()
    }

    /// Drops a picture.
    pub(crate) fn drop_one(&self, key: &Drawn) {
        self.0.lock().pictures.remove(key);
    }

    /// Drops all pictures.
    pub(crate) fn clear(&self) {
        self.0.lock().pictures.clear();
    }
}

impl Kept {
    /// Drops the pictures that nobody has asked for the longest, until the others fit.
    fn shrink(&mut self) {
        while self.pictures.len() > MOST_PICTURES || self.bytes() > MOST_BYTES {
            let oldest = self.pictures.iter().min_by_key(|(_, one)| one.asked);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.pictures.remove(&oldest);
        }
    }

    fn bytes(&self) -> usize {
        self.pictures.values().map(|picture| picture.bytes).sum()
    }
}

impl Database {
    /// Returns a picture, and draws it unless it was drawn lately.
    pub(crate) async fn drawn_once(
        &self,
        key: Drawn,
        draw: impl FnOnce(&Self) -> Vec<u8> + Send + 'static,
    ) -> Result<Arc<[u8]>, StoreError> {
        let pictures = &self.inner.memory.pictures;
        let slot = pictures.drawn.slot(&key);
        let mut picture = slot.lock().await;
        if let Some(png) = &*picture {
            return Ok(Arc::clone(png));
        }
        let turn = pictures.charts.acquire().await;
        let png = self.compute(draw).await;
        drop(turn);
        let png: Arc<[u8]> = png?.into();
        *picture = Some(Arc::clone(&png));
        pictures.drawn.note_size(&key, png.len());
        Ok(png)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;
    use oxeye_plugin_proto::UnixSeconds;

    use super::*;
    use crate::testing::TestStore;

    fn key(number: u32) -> Drawn {
        let words = TopWords {
            place: String::new(),
            name: number.to_string(),
            amount: String::new(),
        };
        Drawn::Top(GuildId(7), vec![(words, None, 0)])
    }

    async fn draws(store: &TestStore, number: u32, bytes: usize, times: &Arc<AtomicUsize>) {
        let times = Arc::clone(times);
        let png = store.drawn_once(key(number), move |_| {
            times.fetch_add(1, Ordering::SeqCst);
            vec![0; bytes]
        });
        assert_eq!(png.await.unwrap().len(), bytes);
    }

    #[tokio::test]
    async fn the_same_picture_is_drawn_once_however_many_ask_for_it() {
        let store = TestStore::new(UnixSeconds(0));
        let times = Arc::default();
        join_all((0..40).map(|_| draws(&store, 1, 10, &times))).await;
        assert_eq!(times.load(Ordering::SeqCst), 1);

        draws(&store, 2, 10, &times).await;
        store.inner.memory.pictures.drawn.clear();
        draws(&store, 1, 10, &times).await;
        assert_eq!(times.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn pictures_that_nobody_asks_for_any_more_make_room() {
        let store = TestStore::new(UnixSeconds(0));
        let times = Arc::default();
        for number in 0..200 {
            draws(&store, 0, 10, &times).await;
            draws(&store, number, 10, &times).await;
        }
        assert_eq!(times.load(Ordering::SeqCst), 200);
        let count = || store.inner.memory.pictures.drawn.len();
        assert_eq!(count(), MOST_PICTURES);

        for number in 300..310 {
            draws(&store, number, 1024 * 1024, &times).await;
        }
        let kept = store.inner.memory.pictures.drawn.0.lock();
        assert!(
            kept.bytes() <= MOST_BYTES && kept.pictures.len() == 8,
            "{}",
            kept.bytes()
        );
    }
}
