//! Reads what players did: deaths, advancements and chat.
//!
//! A wrong event is worse than a missing one. So a sentence counts only if the server itself printed it
//! and if it begins with the name of a player who is online. Chat never does: it begins with a bracket,
//! an asterisk or a decorated name. One sentence begins with the killer, who is such a player or a creature
//! by the game's name for it, and names the player who died.
//!
//! | module        | what it does                                                         |
//! |---------------|----------------------------------------------------------------------|
//! | `kinds`       | which kinds of activity to read                                      |
//! | `sentence`    | compares text with a sentence of the game                            |
//! | `deaths`      | the sentences about deaths, in English                               |
//! | `advancement` | the sentences about advancements, in English                         |
//! | `patterns`    | the user's own patterns, for other languages and modded messages      |

mod advancement;
mod deaths;
mod kinds;
mod patterns;
mod sentence;
#[cfg(test)]
mod tests;

pub use self::kinds::{ActivityKinds, UnknownActivity};
pub(crate) use self::patterns::ActivityPatterns;
use super::family::Family;
use super::grammar::java;
use super::head::{Head, Level};
use super::{formatting, grammar, name};
use oxeye_plugin_proto::MemberCode;

use crate::game_event::{Activity, Participant};

/// The thread in which Paper and its forks print chat.
pub(super) const CHAT_THREAD: &[u8] = b"Async Chat Thread";

/// The text before chat that the author's client has not signed.
const NOT_SECURE: &str = "[Not Secure] ";

/// What to read, and how.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityOptions {
    pub(crate) kinds: ActivityKinds,
    pub(crate) patterns: ActivityPatterns,
    /// Whether to read codes that members type in the chat.
    pub(crate) member_codes: bool,
}

/// The players who are online according to the log.
pub(super) trait Online {
    /// Returns the player with exactly this name, if they are online.
    fn find(&self, name: &str) -> Option<Participant>;
}

/// Reads a line that says nothing about who is online. `family` is that of the log.
pub(super) fn read(
    options: &ActivityOptions,
    family: Option<Family>,
    head: &Head<'_>,
    online: &impl Online,
) -> Option<Activity> {
    let kinds = options.kinds;
    if !(kinds.any() || options.member_codes) || head.level != Level::Usual {
        return None;
    }
    let is_java = family == Some(Family::Java) && grammar::may_print(Family::Java, head);
    if is_java && (kinds.chat || options.member_codes) && is_chat_or_main_thread(head) {
        let chat = chat(head, online).and_then(|chat| by_chat(options, chat));
        if chat.is_some() {
            return chat;
        }
    }
    if !kinds.any() {
        return None;
    }
    if head.thread.starts_with(CHAT_THREAD) {
        return None;
    }
    let message = formatting::strip_codes(java::shown_message(head));
    let message = std::str::from_utf8(&message).ok()?.trim_end();
    let by_pattern = options.patterns.read(message, online);
    let read = by_pattern.or_else(|| {
        let is_own = is_java && is_main_thread(head.thread);
        is_own.then(|| by_sentence(message, online))?
    })?;
    kinds.choose(read)
}

/// Reads a sentence of the game.
fn by_sentence(message: &str, online: &impl Online) -> Option<Activity> {
    let message = deaths::without_apology(message);
    let by_subject = subjects(message).find_map(|(name, rest)| {
        let player = online.find(name)?;
        if let Some((kind, title)) = advancement::read(rest) {
            let title = Some(title.to_owned());
            return Some(Activity::Advancement {
                player,
                kind,
                title,
            });
        }
        let death = deaths::read(rest)?;
        let killer = death
            .killer
            .and_then(|killer| killer_by_name(killer, online));
        Some(Activity::Death {
            player,
            cause: Some(death.cause_by(killer.is_some())),
            killer,
        })
    });
    by_subject.or_else(|| by_killer(message, online))
}

/// Finds the player who killed somebody. Until 1.6, the name of an item stood without brackets behind theirs.
fn killer_by_name(killer: &str, online: &impl Online) -> Option<Participant> {
    online.find(killer).or_else(|| {
        let (killer, _) = killer.split_once(" using ")?;
        online.find(killer)
    })
}

/// Reads a sentence of the game that begins with the killer, who may be a creature.
fn by_killer(message: &str, online: &impl Online) -> Option<Activity> {
    let death = deaths::read_from_killer(message)?;
    let find = |name: &str| online.find(name).filter(|_| is_player_name(name));
    let player = find(death.victim)?;
    let killer = find(death.killer);
    (killer.is_some() || is_creature(death.killer)).then_some(Activity::Death {
        player,
        cause: Some(death.cause),
        killer,
    })
}

/// Whether a text may be the game's name of a creature, such as `Zombie Villager`. Nothing that stands before chat
/// may pass for one, so this excludes names that players gave to creatures.
fn is_creature(text: &str) -> bool {
    text.split(' ').all(|word| {
        let is_capitalized = word.starts_with(|first: char| first.is_ascii_uppercase());
        is_capitalized && word.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

fn is_player_name(text: &str) -> bool {
    name::is_plain(text) || name::with_blanks(text.as_bytes()).is_some()
}

/// Returns each name with which the message may begin, and what follows. Only the names of Bedrock
/// players contain spaces.
fn subjects(message: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_first = true;
    message
        .match_indices(' ')
        .take_while(|(at, _)| *at <= 4 * name::MOST_CHARS)
        .map(|(at, _)| (&message[..at], &message[at + 1..]))
        .filter(move |(subject, _)| {
            let is_word = std::mem::take(&mut is_first);
            is_word && name::is_plain(subject) || name::with_blanks(subject.as_bytes()).is_some()
        })
}

/// Returns who wrote `<NAME> text`, also if it is not signed, and the text.
fn chat<'a>(head: &Head<'a>, online: &impl Online) -> Option<(Participant, &'a str)> {
    let message = head.message;
    let message = message
        .strip_prefix(NOT_SECURE.as_bytes())
        .unwrap_or(message);
    let message = std::str::from_utf8(message.strip_prefix(b"<")?).ok()?;
    let (speaker, text) = message.split_once("> ")?;
    let player = online.find(speaker).filter(|_| is_player_name(speaker))?;
    Some((player, text))
}

/// Reads what a player wrote in the chat. Nothing of the text is kept but a code, if it is exactly one.
fn by_chat(options: &ActivityOptions, (player, text): (Participant, &str)) -> Option<Activity> {
    let code = MemberCode::in_chat(text).filter(|_| options.member_codes);
    if let Some(code) = code {
        return Some(Activity::MemberCode { player, code });
    }
    options.kinds.chat.then_some(Activity::Chat { player })
}

/// Whether a line without a thread, or with this one, may come from the game itself.
fn is_main_thread(thread: &[u8]) -> bool {
    thread.is_empty() || java::runs_game(thread)
}

fn is_chat_or_main_thread(head: &Head<'_>) -> bool {
    head.thread.starts_with(CHAT_THREAD) || is_main_thread(head.thread)
}
