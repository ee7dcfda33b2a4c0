//! Whose the emoji of an earlier process are: the store knows with which faces anybody may still be seen.

use std::time::Duration;

use oxeye_db::StoreError;
use tokio::time::sleep;

use super::face::Face;
use super::keeper::Tools;

/// Number of players whose heads are read at once, and the pause before the next ones: nobody waits for this.
const PLAYERS_AT_ONCE: usize = 256;
const PAUSE: Duration = Duration::from_millis(20);

/// Learns whose the emoji are, and has those deleted with which nobody may be seen. Returns whether that is done.
pub(super) async fn learn(tools: &Tools) -> bool {
    match learn_all(tools).await {
        Ok(()) => {
            tools.heads.book.lock().delete_unclaimed();
            tools.heads.changed.notify_one();
            true
        }
        Err(error) => {
            tracing::warn!(%error, "could not read whose the heads are that are emoji");
            false
        }
    }
}

async fn learn_all(tools: &Tools) -> Result<(), StoreError> {
    for (guild, players) in tools.database.players_to_see().await? {
        for players in players.chunks(PLAYERS_AT_ONCE) {
            let heads = tools.database.all_heads_of(guild, players.to_vec()).await?;
            for (player, heads) in heads {
                let faces: Vec<_> = heads.iter().map(Face::of).collect();
                tools.heads.book.lock().learn(&(guild, player), &faces);
            }
            sleep(PAUSE).await;
        }
    }
    Ok(())
}
