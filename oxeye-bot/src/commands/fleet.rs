//! `/oxeye fleet`: members see the servers that the fleet starts for players.

use crate::answer::Answer;
use crate::bot::Context;
use crate::error::{BotError, Mistake};
use crate::view::fleet as view;

/// Shows how full the fleet is and what runs. Only the member who asked sees it.
#[poise::command(slash_command, guild_only)]
pub(super) async fn fleet(ctx: Context<'_>) -> Result<(), BotError> {
    let bot = ctx.framework.user_data;
    let reader = bot.fleet.as_ref().ok_or(Mistake::FleetSilent)?;
    let answer = Answer::to_command(&ctx);
    let fleet = answer.deferring(true, reader.read()).await?;
    let fleet = fleet.ok_or(Mistake::FleetSilent)?;
    let message = view::overview(answer.private_text(), &fleet, bot.now());
    Ok(answer.show(&message).await?)
}
