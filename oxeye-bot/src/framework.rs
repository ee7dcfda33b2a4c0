//! Dispatches everything that Discord sends us to the code that answers it.

use poise::FrameworkContext;
use serenity::all::{FullEvent, Interaction};
use serenity::builder::CreateAllowedMentions;
use serenity::client::{Client, Context};
use serenity::framework::Framework;
use tokio_util::task::TaskTracker;

use crate::answer::on_arrival;
use crate::bot::Bot;
use crate::commands;
use crate::components::{on_component, on_modal};
use crate::error::BotError;
use crate::on_error::on_error;

/// poise with our commands, and the answers in flight, which a shutdown waits for.
pub(crate) struct Dispatch {
    poise: poise::Framework<Bot, BotError>,
    in_flight: TaskTracker,
}

impl Dispatch {
    pub(crate) fn new(bot: Bot, in_flight: TaskTracker) -> Self {
        let options = poise::FrameworkOptions {
            commands: commands::all(bot.fleet.is_some()),
            on_error: |error| Box::pin(on_error(error)),
            event_handler: |framework, event| Box::pin(on_event(framework, event)),
            allowed_mentions: Some(CreateAllowedMentions::new()),
            ..Default::default()
        };
        // The setup must neither fail nor wait. Until it has succeeded, every event is held back,
        // and members read that the application did not respond.
        let poise = poise::Framework::builder()
            .initialize_owners(false)
            .options(options)
            .setup(move |_, _, _| {
                bot.identified.notify_one();
                Box::pin(async move { Ok(bot) })
            })
            .build();
        Self { poise, in_flight }
    }
}

#[serenity::async_trait]
impl Framework for Dispatch {
    async fn init(&mut self, client: &Client) {
        self.poise.init(client).await;
    }

    async fn dispatch(&self, ctx: Context, event: FullEvent) {
        self.in_flight
            .track_future(on_arrival(self.poise.dispatch(ctx, event)))
            .await;
    }
}

async fn on_event(
    framework: FrameworkContext<'_, Bot, BotError>,
    event: &FullEvent,
) -> Result<(), BotError> {
    let (http, bot) = (&framework.serenity_context.http, framework.user_data);
    if let FullEvent::InteractionCreate { interaction } = event {
        match interaction {
            Interaction::Component(pressed) => on_component(http, bot, pressed).await,
            Interaction::Modal(submitted) => on_modal(http, bot, submitted).await,
            _ => {}
        }
    }
    let followers = bot.followers();
    Ok(followers.follow(event, http).await?)
}
