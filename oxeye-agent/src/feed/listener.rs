//! Keeps the connection to the management server, and passes on what it tells.

use tokio::time::sleep;

use super::door::Door;
use super::{Messages, pause_after, tell};
use crate::clock::Clock;
use crate::happening::{Happening, Present, Seen};
use crate::news::{News, SourceKind};
use crate::presence::Presence;
use crate::source::{Management, ManagementNews, ManagementSettings, Roster, SourceError};
use crate::watch::Knock;

/// Listens for ever; connects again whenever the connection ends. `door` if nothing better tells
/// whether the server lives.
pub async fn listen(
    settings: ManagementSettings,
    clock: Clock,
    messages: Messages,
    mut door: Option<Door>,
) {
    let mut failures = 0;
    let mut trouble = String::new();
    loop {
        let connected = Management::connect(&settings).await;
        if let Some(door) = &mut door {
            door.asked(&connected);
        }
        let error = match connected {
            Ok((management, roster)) => {
                failures = 0;
                let error = listen_to(management, roster, clock, &messages).await;
                if let Some(door) = &mut door {
                    // It lived until now, however long ago it was connected.
                    door.knocked(Knock::Answered);
                }
                error
            }
            Err(error) => error,
        };
        let pause = pause_after(&error, failures);
        let why = error.to_string();
        if failures == 0 || trouble != why {
            tell(&messages, SourceKind::Management, News::Fails(why.clone()));
            trouble = why;
        }
        sleep(pause).await;
        failures += 1;
    }
}

/// Passes on everything until the connection ends: why it did.
async fn listen_to(
    mut management: Management,
    roster: Roster,
    clock: Clock,
    messages: &Messages,
) -> SourceError {
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
        seen: Vec::new(),
    }
}
