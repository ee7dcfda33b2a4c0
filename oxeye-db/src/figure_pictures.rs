//! Draws the pictures of leaderboards and of single players, with their heads if the guild shows heads.

mod heads;

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use oxeye_render::{Head, StripDay, TopRow, player_strip, top_picture};

use crate::database::Database;
use crate::drawn::Drawn;
use crate::ids::GuildId;
use crate::record::leaderboard::Leaderboard;
use crate::record::person_figures::PersonFigures;
use crate::store::StoreError;

/// The words of one row in the picture of a leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TopWords {
    /// The place, such as `1.`.
    pub place: String,
    /// The name.
    pub name: String,
    /// The amount, such as `9h 40m`.
    pub amount: String,
}

/// The words in the picture of a player.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlayerWords {
    /// The labels of the days, as many as there are.
    pub days: Vec<String>,
    /// The playtime of the longest day.
    pub most: String,
}

/// A row, as it is drawn. The share of the largest amount is in thousandths.
type Row = (TopWords, Option<Head>, u64);

impl Database {
    /// Draws a leaderboard of a guild, with these words for each standing, as PNG; `None` if nobody is on it.
    ///
    /// # Errors
    /// When the heads cannot be read, or drawing fails.
    pub async fn top_picture(
        &self,
        guild: GuildId,
        board: &Leaderboard,
        words: Vec<TopWords>,
    ) -> Result<Option<Arc<[u8]>>, StoreError> {
        if board.standings.is_empty() {
            return Ok(None);
        }
        let standings = board.standings.iter();
        // Whoever has a name no longer is not shown with the head of whoever has it now.
        let names = standings
            .clone()
            .map(|standing| (standing.player.clone(), standing.until.is_none()));
        let heads = self.heads_in(guild, names.collect()).await?;
        let shares = standings.map(|standing| thousandths(standing.amount, board.most));
        let rows: Vec<Row> = words
            .into_iter()
            .zip(heads)
            .zip(shares)
            .map(|((words, head), share)| (words, head, share))
            .collect();
        let key = Drawn::Top(guild, rows.clone());
        let png = self.drawn_once(key.clone(), move |database| {
            let rows: Vec<_> = rows
                .iter()
                .map(|(words, head, share)| TopRow {
                    place: &words.place,
                    name: &words.name,
                    head: head.as_ref(),
                    amount: &words.amount,
                    share: *share as f64 / 1_000.0,
                })
                .collect();
            top_picture(&database.inner.fonts, &rows)
        });
        let png = png.await?;
        // Somebody may have been forgotten after the figures were read. Whoever is forgotten from now on takes all
        // pictures along.
        let players = &self.inner.memory.players;
        let mut names = board.standings.iter().map(|standing| &standing.player);
        if names.any(|name| players.id(name).is_none()) {
            self.inner.memory.pictures.drawn.drop_one(&key);
        }
        Ok(Some(png))
    }

    /// Draws how much a player of a guild played on the last days, as PNG.
    ///
    /// # Errors
    /// When the head cannot be read, or drawing fails.
    pub async fn player_picture(
        &self,
        guild: GuildId,
        figures: &PersonFigures,
        words: PlayerWords,
    ) -> Result<Arc<[u8]>, StoreError> {
        let name: (PlayerName, bool) = (figures.player.clone(), figures.until.is_none());
        let head = self.heads_in(guild, vec![name]).await?.remove(0);
        let days = figures.days.iter();
        let days: Vec<u64> = days.map(|(_, played)| played.as_secs()).collect();
        let key = Drawn::Player(guild, words.clone(), head, days.clone());
        self.drawn_once(key, move |database| {
            let labels = words.days.iter().zip(&days);
            let days: Vec<_> = labels
                .map(|(label, seconds)| StripDay {
                    label,
                    amount: *seconds as f64,
                })
                .collect();
            player_strip(&database.inner.fonts, head.as_ref(), &days, &words.most)
        })
        .await
    }
}

fn thousandths(amount: f64, most: f64) -> u64 {
    let share = if most > 0.0 { amount / most } else { 0.0 };
    (share.clamp(0.0, 1.0) * 1_000.0).round() as u64
}

#[cfg(test)]
mod tests {
    use crate::record::calendar::TimeZone;
    use oxeye_plugin_proto::UnixSeconds;

    use super::*;
    use crate::guild_server::GuildServers;
    use crate::record::range::Range;
    use crate::testing::{TestStore, join, leave, player, who_played_most};

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);

    #[tokio::test]
    async fn no_picture_is_kept_of_somebody_who_was_forgotten_after_the_figures_were_read() {
        for is_forgotten in [false, true] {
            let store = TestStore::new(NOW);
            let (server, _) = store.link(GUILD, "survival", NOW).await;
            let earlier = UnixSeconds(NOW.0 - 600);
            let joined = store.player_join(server, join("Alex"), earlier);
            joined.await.unwrap();
            let left = store.player_leave(server, leave("Alex"), NOW);
            left.await.unwrap();
            let all = GuildServers::All(GUILD);
            let question = who_played_most(all, Range::All, 9, TimeZone::UTC);
            let board = store.leaderboard(question, NOW).await.unwrap().unwrap();

            if is_forgotten {
                let forgotten = store.forget_player(player("Alex"), NOW).await;
                assert!(forgotten.unwrap().is_some());
            }
            let words = TopWords {
                place: "1.".to_owned(),
                name: "Alex".to_owned(),
                amount: "10m".to_owned(),
            };
            let picture = store.top_picture(GUILD, &board, vec![words]).await;

            assert!(picture.unwrap().is_some());
            let kept = store.inner.memory.pictures.drawn.len();
            assert_eq!(kept, usize::from(!is_forgotten));
        }
    }
}
