//! Shows how many players are on over time, with a picture.

use oxeye_db::{GuildServers, Range};

use super::{drawn_if_possible, show_with_picture};
use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::view::chart::chart_message;

/// The chart that a member asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChartRequest {
    /// One server, or all of them together.
    pub(crate) servers: GuildServers,
    pub(crate) range: Range,
}

/// Shows a chart with its picture if that is ready in time. Otherwise shows the text first and adds the
/// picture later.
pub(crate) async fn show_chart(
    bot: &Bot,
    answer: &Answer<'_>,
    request: ChartRequest,
) -> Result<(), BotError> {
    let ChartRequest { servers, range } = request;
    let database = &bot.database;
    let zone = bot.zone_of(servers.guild());
    let chart = database.recent_player_chart(servers, range, zone, bot.now());
    let chart = answer.deferring(false, chart).await??;
    let chart = chart.ok_or(Mistake::ServerGone)?;
    let names = bot.servers(servers.guild());
    let server = names
        .iter()
        .find(|server| Some(server.id) == servers.server());
    let name = server.map(|server| server.name.as_str());
    let text = answer.text();
    let picture = drawn_if_possible(database.chart_picture(&chart, text.chart_words(&chart)));
    show_with_picture(answer, picture, |pictures| {
        let shown = (servers.server(), name);
        Ok(chart_message(text, shown, &chart, pictures.roster))
    })
    .await
}
