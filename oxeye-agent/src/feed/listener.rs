//! Keeps the connection to the management server, and passes on what it tells.

use tokio::time::sleep;

use super::{Messages, backoff, tell};
use crate::clock::Clock;
use crate::happening::{Happening, Present, Seen};
use crate::news::{News, SourceKind};
use crate::presence::Presence;
use crate::source::{Management, ManagementNews, ManagementSettings, SourceError};

/// Listens for ever; connects again whenever the connection ends.
pub async fn listen(settings: ManagementSettings, clock: Clock, messages: Messages) {
    let mut failures = 0;
    let mut trouble = String::new();
    loop {
        let error = listen_once(&settings, clock, &messages, &mut failures).await;
        let why = error.to_string();
        if failures == 0 || trouble != why {
            tell(&messages, SourceKind::Management, News::Fails(why.clone()));
            trouble = why;
        }
        sleep(backoff(failures)).await;
        failures += 1;
    }
}

/// Why the connection ended, or was never there.
async fn listen_once(
    settings: &ManagementSettings,
    clock: Clock,
    messages: &Messages,
    failures: &mut u32,
) -> SourceError {
    let (mut management, roster) = match Management::connect(settings).await {
        Ok(connected) => connected,
        Err(error) => return error,
    };
    *failures = 0;
    let told = |news| tell(messages, SourceKind::Management, news);
    told(names(roster.players));
    loop {
        let news = match management.next().await {
            Ok(news) => news,
            Err(error) => return error,
        };
        let at = clock();
        let happened = |what| News::Happened(vec![Seen { what, at }]);
        told(match news {
            ManagementNews::Joined(Present { player, uuid, .. }) => happened(Happening::Join {
                player,
                uuid,
                server: None,
            }),
            ManagementNews::Left(player) => happened(Happening::Leave { player }),
            ManagementNews::Started => happened(Happening::Start),
            ManagementNews::Stopping => happened(Happening::Stop),
            ManagementNews::Roster(players) => names(players),
        });
    }
}

fn names(players: Vec<Present>) -> News {
    News::Names {
        presence: players.into_iter().collect::<Presence>(),
        knows_everyone: true,
    }
}
