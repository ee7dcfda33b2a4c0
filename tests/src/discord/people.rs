//! People in a guild who type commands, press buttons, and choose from menus.

use std::time::Instant;

use serde_json::{Value, json};

use super::answer::Answer;
use super::channel::Channel;
use super::pending_answer::PendingAnswer;
use super::permissions::Permissions;
use super::typing::{Typist, typed};
use super::world::{Interaction, World, token_of};
use super::{Shared, payloads};
use crate::watched::WAIT_LIMIT;

const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const AUTOCOMPLETE: u64 = 4;
const MODAL: u64 = 5;

/// The locales that Discord sends with an interaction.
#[derive(Debug, Clone, Copy)]
struct Locales {
    member: &'static str,
    guild: &'static str,
}

/// Somebody in a guild.
#[derive(Debug, Clone)]
pub struct Person {
    world: Shared,
    guild: u64,
    /// Where this person types commands.
    channel: u64,
    user: u64,
    permissions: Permissions,
    locales: Locales,
}

impl Person {
    /// Creates somebody in the first channel of a guild.
    pub(super) fn new(
        world: Shared,
        (guild, locale): (u64, &'static str),
        number: u64,
        permissions: Permissions,
    ) -> Self {
        Self {
            world,
            guild,
            channel: guild,
            user: 1_300_000_000_000_000_000 + guild * 10 + number,
            permissions,
            locales: Locales {
                member: payloads::ENGLISH,
                guild: locale,
            },
        }
    }

    pub(super) fn world(&self) -> &Shared {
        &self.world
    }

    pub(super) fn guild(&self) -> u64 {
        self.guild
    }

    /// This person's id.
    pub fn id(&self) -> u64 {
        self.user
    }

    /// Lets this person type in another channel.
    pub fn in_channel(mut self, channel: &Channel) -> Self {
        self.channel = channel.id();
        self
    }

    /// Returns the messages that the bot has sent to this person alone.
    pub fn direct_messages(&self) -> Vec<Answer> {
        self.world.read(|world| world.direct_messages(self.user))
    }

    /// Waits until the bot has sent this person a message that contains `words`.
    pub async fn is_told(&self, words: &str) -> Answer {
        let what = format!("the bot writes {words:?} to somebody");
        let found = |world: &World| {
            let all = world.direct_messages(self.user);
            all.into_iter().find(|one| one.text().contains(words))
        };
        self.world.until(&what, found).await
    }

    /// Waits until the bot has sent this person so many messages.
    pub async fn is_told_times(&self, times: usize) {
        let what = format!("the bot has written to somebody {times} times");
        let reached =
            |world: &World| (world.direct_messages(self.user).len() >= times).then_some(());
        self.world.until(&what, reached).await;
    }

    /// Refuses direct messages from now on.
    pub fn refuses_direct_messages(&self) {
        self.world
            .change(|world| world.closed_to_direct.push(self.user));
    }

    /// Lets this person use Discord in this language, such as `de`.
    pub fn speaks(mut self, locale: &'static str) -> Self {
        self.locales.member = locale;
        self
    }

    /// Types a command such as `oxeye status` with options, and returns the answer.
    pub async fn types(&self, command: &str, options: &[(&str, &str)]) -> Answer {
        self.sends(command, options).answer().await
    }

    /// Types a command again and again until its answer meets `condition`, and returns that answer. This is for what
    /// the bot finds out in the background, so that the first answer may rightly be without it.
    ///
    /// # Panics
    /// After [`WAIT_LIMIT`]; the message says `what` it waited for.
    pub async fn types_until(
        &self,
        command: &str,
        options: &[(&str, &str)],
        what: &str,
        condition: impl Fn(&Answer) -> bool,
    ) -> Answer {
        let mut last = None;
        let asking = async {
            loop {
                let answer = last.insert(self.types(command, options).await);
                if condition(answer) {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(WAIT_LIMIT, asking).await.is_ok();
        match last {
            Some(answer) if in_time => answer,
            last => panic!("waited {WAIT_LIMIT:?} in vain until {what}: {last:?}"),
        }
    }

    /// Types a command without waiting for the answer.
    pub fn sends(&self, command: &str, options: &[(&str, &str)]) -> PendingAnswer {
        let data = self
            .world
            .read(|world| typed(world, self.typist(), command, options, None));
        self.interacts(COMMAND, &data, None)
    }

    /// Starts typing and returns what autocomplete suggests for `option`, as names with values.
    pub async fn is_typing(
        &self,
        command: &str,
        option: &str,
        so_far: &str,
    ) -> Vec<(String, String)> {
        let (choices, _) = self.sends_typing(command, option, so_far).choices().await;
        self.world.read(World::keeps_the_rules);
        choices
    }

    /// Does the same without waiting for the suggestions.
    pub fn sends_typing(&self, command: &str, option: &str, so_far: &str) -> PendingAnswer {
        let options = [(option, so_far)];
        let data = self
            .world
            .read(|world| typed(world, self.typist(), command, &options, Some(option)));
        self.interacts(AUTOCOMPLETE, &data, None)
    }

    /// Presses the button whose label or id contains `words`, and returns the message afterwards,
    /// or the new message with the answer.
    ///
    /// # Panics
    /// If the button is disabled.
    pub async fn presses(&self, answer: &Answer, words: &str) -> Answer {
        assert!(
            !answer.is_disabled(words),
            "Discord would not let anybody press {words:?}"
        );
        let data = json!({"custom_id": answer.component(words), "component_type": 2});
        self.interacts(COMPONENT, &data, Some(answer))
            .answer()
            .await
    }

    /// Presses a button with this `custom_id`, which may no longer be on the message.
    pub async fn presses_id(&self, answer: &Answer, custom_id: &str) -> Answer {
        self.sends_press(answer, custom_id).answer().await
    }

    /// Does the same without waiting for the answer.
    pub fn sends_press(&self, answer: &Answer, custom_id: &str) -> PendingAnswer {
        let data = json!({"custom_id": custom_id, "component_type": 2});
        self.interacts(COMPONENT, &data, Some(answer))
    }

    /// Chooses the option whose label contains `words` from the menu of a message.
    ///
    /// # Panics
    /// If there is none.
    pub async fn chooses(&self, answer: &Answer, words: &str) -> Answer {
        let menu = answer.menu();
        let option = menu.iter().find(|(label, _)| label.contains(words));
        let Some((_, value)) = option else {
            panic!("no option {words:?} in {menu:?}")
        };
        let menu = answer.body["components"].as_array().into_iter().flatten();
        let menu = menu
            .filter_map(|row| row["components"].as_array())
            .flatten();
        let id = menu
            .filter(|component| component["type"] == 3)
            .find_map(|menu| menu["custom_id"].as_str());
        let data = json!({"custom_id": id, "component_type": 3, "values": [value]});
        self.interacts(COMPONENT, &data, Some(answer))
            .answer()
            .await
    }

    /// Chooses these values from the menu of a message whose id contains `menu`, whether or not they are among its
    /// options.
    pub async fn chooses_values(&self, answer: &Answer, menu: &str, values: &[&str]) -> Answer {
        self.sends_values(answer, menu, values).answer().await
    }

    /// Does the same without waiting for the answer.
    pub fn sends_values(&self, answer: &Answer, menu: &str, values: &[&str]) -> PendingAnswer {
        let id = answer.component(menu);
        let data = json!({"custom_id": id, "component_type": 3, "values": values});
        self.interacts(COMPONENT, &data, Some(answer))
    }

    /// Chooses a value from a menu, and returns the modal that opens.
    pub async fn opens(&self, answer: &Answer, menu: &str, value: &str) -> Value {
        let asked = self.sends_values(answer, menu, &[value]);
        let modal = self.world.until("a modal opens", |world| {
            world.interactions.get(&asked.interaction)?.modal.clone()
        });
        let modal = modal.await;
        self.world.read(World::keeps_the_rules);
        modal
    }

    /// Fills in the first field of a modal that was opened from a message, and sends it.
    pub async fn submits(&self, answer: &Answer, modal: &Value, typed: &str) -> Answer {
        self.sends_submit(answer, modal, typed).answer().await
    }

    /// Does the same without waiting for the answer.
    pub fn sends_submit(&self, answer: &Answer, modal: &Value, typed: &str) -> PendingAnswer {
        let field = &modal["components"][0]["components"][0]["custom_id"];
        let field = json!({"type": 4, "custom_id": field, "value": typed});
        let rows = json!([{"type": 1, "components": [field]}]);
        let data = json!({"custom_id": modal["custom_id"], "components": rows});
        self.interacts(MODAL, &data, Some(answer))
    }

    fn typist(&self) -> Typist {
        Typist {
            guild: self.guild,
            permissions: self.permissions,
        }
    }

    fn interacts(&self, kind: u64, data: &Value, on: Option<&Answer>) -> PendingAnswer {
        let member = payloads::member(self.user, self.permissions.0);
        let interaction = self.world.change(|world| {
            let id = world.next_id();
            let token = token_of(id);
            let pressed = on.and_then(|answer| world.messages.get(&answer.message));
            let channel = pressed.map_or(self.channel, |message| message.channel);
            let asked = payloads::Asked {
                channel: world.channels.get(&channel).expect("the channel exists"),
                kind,
                member: &member,
                data,
            };
            let mut payload = payloads::interaction(world, id, &token, &asked);
            payload["locale"] = json!(self.locales.member);
            if payload["guild_id"].is_string() {
                payload["guild_locale"] = json!(self.locales.guild);
            }
            if let Some(answer) = on {
                let message = world.messages.get(&answer.message);
                let message =
                    message.map(|message| payloads::message(world, answer.message, message));
                payload["message"] = message.unwrap_or_default();
            }
            let interaction = Interaction {
                token,
                channel,
                user: member["user"].clone(),
                sent: Instant::now(),
                reply_was_lost: false,
                callback: None,
                answered: None,
                choices: None,
                modal: None,
                original: on.map(|answer| answer.message),
                followups: 0,
            };
            world.interactions.insert(id, interaction);
            world.dispatch("INTERACTION_CREATE", &payload);
            id
        });
        let before = on.map(|answer| (answer.message, answer.edition));
        PendingAnswer::new(self.world.clone(), interaction, before)
    }
}
