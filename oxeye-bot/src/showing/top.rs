//! Shows who has most of something.

use oxeye_db::activity::figures::RankingError;
use oxeye_db::record::leaderboard::{LeaderboardError, LeaderboardQuestion, RankedBy, Section};
use oxeye_db::{GuildServers, Range, UserId};

use oxeye_text::{Facts, ShownPart};

use super::{drawn_if_possible as drawn, show_with_picture};
use crate::answer::Answer;
use crate::bot::Bot;
use crate::custom_id::TopPart;
use crate::error::{BotError, FigureMistake, Mistake};
use crate::view::top::{ShownTop, top_message};

/// Persons on one page.
pub(crate) const PAGE_LENGTH: usize = 10;

/// The part of a leaderboard that a member asked for.
#[derive(Debug, Clone)]
pub(crate) struct TopRequest {
    /// One server, or all of them together.
    pub(crate) servers: GuildServers,
    pub(crate) by: RankedBy,
    pub(crate) range: Range,
    pub(crate) part: TopPart,
    pub(crate) asker: UserId,
}

/// Returns what a guild has to show its members for this leaderboard.
pub(crate) fn needed_by(by: &RankedBy) -> &'static [ShownPart] {
    match by {
        RankedBy::Playtime => &[ShownPart::Rankings, ShownPart::Playtime],
        RankedBy::Visits | RankedBy::Counter(_) => &[ShownPart::Rankings],
    }
}

/// Shows a page of a leaderboard. A page that there is not is the last one.
pub(crate) async fn show_top(
    bot: &Bot,
    answer: &Answer<'_>,
    request: TopRequest,
) -> Result<(), BotError> {
    let servers = request.servers;
    let zone = bot.zone_of(servers.guild());
    // Fail before the answer is deferred: a deferred answer cannot become private.
    for part in needed_by(&request.by) {
        bot.require_shown(servers.guild(), *part)?;
    }
    if let (Some(_), RankedBy::Counter(counter)) = (servers.server(), &request.by) {
        return Err(FigureMistake::CounterOfOneServer(counter.clone()).into());
    }
    let length = PAGE_LENGTH;
    let question = LeaderboardQuestion {
        servers,
        by: request.by.clone(),
        range: request.range,
        section: match request.part {
            TopPart::Own => Section::OwnPage { length },
            TopPart::Page(number) => Section::Page {
                number: usize::try_from(number).unwrap_or(usize::MAX),
                length,
            },
            TopPart::First | TopPart::Beside | TopPart::Nowhere => {
                Section::Page { number: 0, length }
            }
        },
        member: Some(request.asker),
        zone,
    };
    let board = bot.database.recent_leaderboard(question, bot.now());
    let board = answer.deferring(false, board).await?;
    let board = board.map_err(|error| refused(&request.by, error))?;
    let board = board.ok_or(Mistake::ServerGone)?;
    if request.part == TopPart::Own && board.own.is_none() {
        return Err(FigureMistake::NoOwnPlace.into());
    }
    let names = bot.servers(servers.guild());
    let server = names
        .iter()
        .find(|server| Some(server.id) == servers.server());
    let shown = ShownTop {
        by: &request.by,
        range: request.range,
        server: server.map(|server| (server.id, server.name.as_str())),
        zone,
        days_kept: bot.database.activity_days_kept(),
    };
    let text = answer.text();
    let words = Facts::in_discord(text).top_words(&request.by, zone, &board);
    let picture = drawn(bot.database.top_picture(servers.guild(), &board, words));
    show_with_picture(answer, picture, |pictures| {
        Ok(top_message(text, shown, &board, pictures.roster))
    })
    .await
}

fn refused(by: &RankedBy, error: LeaderboardError) -> BotError {
    match (error, by) {
        (LeaderboardError::Store(error), _)
        | (LeaderboardError::Counter(RankingError::Store(error)), _) => error.into(),
        (LeaderboardError::CounterOfOneServer(counter), _) => {
            FigureMistake::CounterOfOneServer(counter).into()
        }
        // The operator has changed the counters since.
        (LeaderboardError::Counter(RankingError::UnknownCounter { .. }), _) => {
            Mistake::OldButton.into()
        }
    }
}
