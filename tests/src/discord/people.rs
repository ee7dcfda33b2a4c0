//! People in a guild who type commands, press buttons, and choose from menus.

use std::time::Instant;

use serde_json::{Value, json};

use super::answer::Answer;
use super::pending_answer::PendingAnswer;
use super::world::{Interaction, World};
use super::{Shared, payloads};

/// `SEND_MESSAGES`, which everybody has.
const SEND_MESSAGES: u64 = 1 << 11;
/// `MANAGE_GUILD`, which lets somebody link servers.
const MANAGE_GUILD: u64 = 1 << 5;

const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;
const AUTOCOMPLETE: u64 = 4;

/// A guild.
#[derive(Debug, Clone)]
pub struct Guild {
    world: Shared,
    id: u64,
    locale: &'static str,
}

impl Guild {
    pub(super) fn new(world: Shared, id: u64) -> Self {
        let locale = payloads::ENGLISH;
        Self { world, id, locale }
    }

    /// Gives the guild this preferred locale, such as `de`.
    pub fn prefers(self, locale: &'static str) -> Self {
        Self { locale, ..self }
    }

    /// Its id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Somebody without special permissions.
    pub fn member(&self) -> Person {
        self.person(1, SEND_MESSAGES)
    }

    /// Somebody who may manage the guild.
    pub fn moderator(&self) -> Person {
        self.person(2, SEND_MESSAGES | MANAGE_GUILD)
    }

    fn person(&self, number: u64, permissions: u64) -> Person {
        Person {
            world: self.world.clone(),
            guild: self.id,
            user: 1_300_000_000_000_000_000 + self.id * 10 + number,
            permissions,
            locales: Locales {
                member: payloads::ENGLISH,
                guild: self.locale,
            },
        }
    }
}

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
    user: u64,
    permissions: u64,
    locales: Locales,
}

impl Person {
    /// Lets this person use Discord in this language, such as `de`.
    pub fn speaks(mut self, locale: &'static str) -> Self {
        self.locales.member = locale;
        self
    }

    /// Types a command such as `oxeye status` with options, and returns the answer.
    pub async fn types(&self, command: &str, options: &[(&str, &str)]) -> Answer {
        self.sends(command, options).answer().await
    }

    /// Types a command without waiting for the answer.
    pub fn sends(&self, command: &str, options: &[(&str, &str)]) -> PendingAnswer {
        let data = self
            .world
            .read(|world| typed(world, self.permissions, command, options, None));
        self.interacts(COMMAND, &data, None)
    }

    /// Starts typing and returns what autocomplete suggests for `option`, as names with values.
    pub async fn is_typing(
        &self,
        command: &str,
        option: &str,
        so_far: &str,
    ) -> Vec<(String, String)> {
        let typed = self.world.read(|world| {
            typed(
                world,
                self.permissions,
                command,
                &[(option, so_far)],
                Some(option),
            )
        });
        let asked = self.interacts(AUTOCOMPLETE, &typed, None);
        let choices = self
            .world
            .until("autocomplete answers", |world| {
                world.interactions.get(&asked.interaction)?.choices.clone()
            })
            .await;
        self.world.read(World::keeps_the_rules);
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        choices
            .iter()
            .map(|choice| (text(&choice["name"]), text(&choice["value"])))
            .collect()
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
        let data = json!({"custom_id": custom_id, "component_type": 2});
        self.interacts(COMPONENT, &data, Some(answer))
            .answer()
            .await
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

    fn interacts(&self, kind: u64, data: &Value, on: Option<&Answer>) -> PendingAnswer {
        let member = payloads::member(self.user, self.permissions);
        let interaction = self.world.change(|world| {
            let id = world.next_id();
            let token = format!("token-of-{id}");
            let mut payload = payloads::interaction(id, &token, kind, self.guild, &member, data);
            payload["locale"] = json!(self.locales.member);
            payload["guild_locale"] = json!(self.locales.guild);
            if let Some(answer) = on {
                let message = world.messages.get(&answer.message);
                let message =
                    message.map(|message| payloads::message(world, answer.message, message));
                payload["message"] = message.unwrap_or_default();
            }
            let interaction = Interaction {
                token,
                channel: self.guild,
                user: member["user"].clone(),
                sent: Instant::now(),
                reply_was_lost: false,
                callback: None,
                answered: None,
                choices: None,
                original: on.map(|answer| answer.message),
            };
            world.interactions.insert(id, interaction);
            world.dispatch("INTERACTION_CREATE", &payload);
            id
        });
        let before = on.map(|answer| (answer.message, answer.edition));
        PendingAnswer::new(self.world.clone(), interaction, before)
    }
}

/// Builds the data of a command as Discord would send it, and checks it against the registered
/// commands.
fn typed(
    world: &World,
    permissions: u64,
    command: &str,
    options: &[(&str, &str)],
    focused: Option<&str>,
) -> Value {
    let mut words = command.split(' ');
    let name = words.next().unwrap_or_default();
    let registered = world.commands.as_ref().unwrap_or(&Value::Null);
    let registered = find(registered, name);
    if let Some(needed) = registered["default_member_permissions"].as_str() {
        let needed: u64 = needed.parse().unwrap_or_default();
        assert!(
            permissions & needed == needed,
            "Discord would not show /{name} to this person"
        );
    }
    let mut path = Vec::new();
    let mut schema = registered;
    for word in words {
        schema = find(&schema["options"], word);
        path.push((word, schema["type"].clone()));
    }
    check_required(schema, options, focused);
    let given: Vec<_> = options
        .iter()
        .map(|(name, value)| option(schema, name, value, focused))
        .collect();
    let mut inner = json!(given);
    for (word, kind) in path.iter().rev() {
        inner = json!([{"name": word, "type": kind, "options": inner}]);
    }
    json!({"id": registered["id"], "name": name, "type": 1, "options": inner})
}

fn check_required(schema: &Value, options: &[(&str, &str)], focused: Option<&str>) {
    let required = schema["options"].as_array().into_iter().flatten();
    for option in required.filter(|option| option["required"] == true) {
        let name = option["name"].as_str().unwrap_or_default();
        let given = options.iter().any(|(given, _)| *given == name);
        assert!(
            given || focused.is_some(),
            "Discord would ask for the option {name}"
        );
    }
}

fn option(schema: &Value, name: &str, value: &str, focused: Option<&str>) -> Value {
    let registered = find(&schema["options"], name);
    let mut option = json!({"name": name, "type": registered["type"], "value": value});
    if registered["type"] == 4 && focused.is_none() {
        option["value"] = json!(value.parse::<i64>().ok());
    }
    if focused == Some(name) {
        assert!(
            registered["autocomplete"] == true,
            "{name} has no autocomplete"
        );
        option["focused"] = json!(true);
    }
    option
}

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut items = list.as_array().into_iter().flatten();
    match items.find(|item| item["name"] == name) {
        Some(item) => item,
        None => panic!("the bot has registered no {name:?} in {list:#}"),
    }
}
