//! Questions about members (op 8), and their answers.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::gateway::PRESENCES;
use super::people::Person;
use super::world::World;
use super::{Discord, payloads};

/// Most members whom one question may name.
const MOST_USERS: usize = 100;
/// Most questions in a minute. Discord takes 120 payloads of any kind.
const MOST_A_MINUTE: usize = 100;

/// A question of the bot about members of a guild.
#[derive(Debug, Clone)]
pub struct AskedMembers {
    at: Instant,
    /// The guild.
    pub guild: u64,
    /// Whom it names.
    pub users: BTreeSet<u64>,
}

impl Person {
    /// Leaves the guild. Without a privileged intent, the bot is not told.
    pub fn leaves_the_guild(&self) {
        self.world().change(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.guild()) {
                guild.left.insert(self.id());
                guild.presences.remove(&self.id());
            }
        });
    }

    /// Goes on doing this without the bot being told, as if it was before the bot asked.
    pub fn has_done(&self, activities: &Value) {
        let mut presence = self.presence_with(activities);
        presence["guild_id"] = json!(self.guild().to_string());
        self.world().change(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.guild()) {
                guild.presences.insert(self.id(), presence);
            }
        });
    }
}

impl Discord {
    /// Returns all questions about members.
    pub fn asked_members(&self) -> Vec<AskedMembers> {
        self.world.read(|world| world.asked_members.clone())
    }

    /// Waits until the bot has asked about a member, and returns all questions.
    pub async fn is_asked_about(&self, user: u64) -> Vec<AskedMembers> {
        let asked = |world: &World| {
            let mut all = world.asked_members.iter();
            all.any(|one| one.users.contains(&user)).then_some(())
        };
        self.world.until("the bot asks about a member", asked).await;
        self.asked_members()
    }
}

impl World {
    /// Takes a question, and answers it.
    pub(super) fn is_asked_about_members(&mut self, question: &Value) {
        let number = |value: &Value| value.as_str().and_then(|digits| digits.parse().ok());
        let users = question["user_ids"].as_array().into_iter().flatten();
        let users: BTreeSet<u64> = users.filter_map(number).collect();
        let with_presences = question["presences"] == json!(true);
        if users.is_empty() || users.len() > MOST_USERS {
            self.violated("gateway: op 8 names no member, or too many");
        }
        if with_presences && self.intents & PRESENCES == 0 {
            self.violated("gateway: op 8 asks for presences without the intent");
        }
        let lately = self.asked_members.iter();
        let lately = lately.filter(|one| one.at.elapsed() < Duration::from_secs(60));
        if lately.count() >= MOST_A_MINUTE {
            self.violated("gateway: too many questions in a minute");
        }
        let guild = number(&question["guild_id"]).unwrap_or_default();
        self.asked_members.push(AskedMembers {
            at: Instant::now(),
            guild,
            users: users.clone(),
        });
        let Some(state) = self.guilds.get(&guild) else {
            return;
        };
        let (gone, there): (Vec<u64>, Vec<u64>) =
            users.iter().partition(|user| state.left.contains(user));
        let presences = there.iter().filter_map(|user| state.presences.get(user));
        let presences: Vec<_> = presences.filter(|_| with_presences).cloned().collect();
        let members = there.iter().map(|user| payloads::member(*user, 0));
        let answer = json!({
            "guild_id": guild.to_string(), "members": members.collect::<Vec<_>>(),
            "chunk_index": 0, "chunk_count": 1, "presences": presences,
            "not_found": gone.iter().map(u64::to_string).collect::<Vec<_>>(),
        });
        self.dispatch("GUILD_MEMBERS_CHUNK", &answer);
    }
}
