//! Shows how many players are on over time, with a picture.

use std::sync::Arc;

use oxeye_db::record::chart::PlayerChart;
use oxeye_db::{Database, GuildServers, Range};
use oxeye_text::Text;

use super::show_with_picture;
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
    let chart = database.player_chart(servers, range, bot.time_zone, bot.now());
    let chart = answer.deferring(false, chart).await??;
    let chart = chart.ok_or(Mistake::ServerGone)?;
    let names = bot.servers(servers.guild());
    let server = names
        .iter()
        .find(|server| Some(server.id) == servers.server());
    let name = server.map(|server| server.name.as_str());
    let text = answer.text();
    let picture = drawn(database, text, &chart);
    show_with_picture(answer, picture, |pictures| {
        let shown = (servers.server(), name);
        Ok(chart_message(text, shown, &chart, pictures.roster))
    })
    .await
}

/// Draws the picture, if there is anything to show and it can be drawn.
async fn drawn(database: &Database, text: Text, chart: &PlayerChart) -> Option<Arc<[u8]>> {
    let drawn = database.chart_picture(chart, text.chart_words(chart)).await;
    drawn.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not draw a chart");
        None
    })
}
