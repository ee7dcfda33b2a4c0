//! What members type for the kinds of sessions that are to be kept.

use oxeye_db::{PresenceKind, PresenceKinds};
use oxeye_text::{Locale, Text};

use crate::error::Mistake;

/// Reads kinds, in any language, separated by commas or spaces; none of them for `off`.
pub(super) fn parse(typed: &str) -> Result<PresenceKinds, Mistake> {
    let mut left = folded(typed);
    for (words, kinds) in whole_answers() {
        if left == words {
            return Ok(kinds);
        }
    }
    let mut found = PresenceKinds::NONE;
    while !left.is_empty() {
        let named = names().into_iter().find(|(name, _)| {
            let rest = left.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        let Some((name, kind)) = named else {
            return Err(Mistake::UnknownPresenceKind(typed.to_owned()));
        };
        found = found.with(kind);
        left = left[name.len()..].trim_start().to_owned();
    }
    match found.is_empty() {
        true => Err(Mistake::UnknownPresenceKind(typed.to_owned())),
        false => Ok(found),
    }
}

/// Returns what a guild keeps that asks for kinds: those that we see, and those that it kept before. What is out of sight
/// at present is not deleted unless a moderator leaves it out.
pub(super) fn kept(
    wanted: PresenceKinds,
    before: PresenceKinds,
    seen: PresenceKinds,
) -> PresenceKinds {
    let possible = PresenceKind::ALL.into_iter();
    let possible = possible.filter(|kind| before.contains(*kind) || seen.contains(*kind));
    wanted.and(possible.collect())
}

/// Returns what to offer to a member who has typed something so far.
pub(super) fn suggestions(text: Text, seen: PresenceKinds, partial: &str) -> Vec<String> {
    let words = |kinds: PresenceKinds| {
        let kinds = kinds.iter().map(|kind| text.presence_kind(kind.as_str()));
        kinds.collect::<Vec<_>>().join(", ")
    };
    let voice = PresenceKinds::in_voice();
    let with_games = voice.with(PresenceKind::Game);
    let mut offered = vec![text.presence_all(), words(voice)];
    if seen.contains_all(with_games) {
        offered.push(words(with_games));
        offered.push(words([PresenceKind::Game].into_iter().collect()));
    }
    offered.push(text.presence_none());
    if let Some((before, last)) = partial.rsplit_once(',')
        && let Ok(chosen) = parse(before)
        && !chosen.is_empty()
    {
        let last = last.trim().to_lowercase();
        let more = seen.without(chosen).iter().filter(|kind| {
            let name = text.presence_kind(kind.as_str()).to_lowercase();
            name.contains(&last)
        });
        return more.map(|kind| words(chosen.with(kind))).collect();
    }
    let partial = partial.trim().to_lowercase();
    offered.retain(|words| words.to_lowercase().contains(&partial));
    offered
}

/// Returns all names of all kinds, the longest first.
fn names() -> Vec<(String, PresenceKind)> {
    let mut names = Vec::new();
    for kind in PresenceKind::ALL {
        names.push((folded(kind.as_str()), kind));
        let texts = Locale::ALL.into_iter().map(Text::of);
        names.extend(texts.map(|text| (folded(&text.presence_kind(kind.as_str())), kind)));
    }
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
}

/// Returns the words that stand for all kinds or for none.
fn whole_answers() -> impl Iterator<Item = (String, PresenceKinds)> {
    let texts = Locale::ALL.into_iter().map(Text::of);
    texts.flat_map(|text| {
        [
            (text.presence_all(), PresenceKinds::all()),
            (text.presence_none(), PresenceKinds::NONE),
        ]
    })
}

/// Returns words in lower case, with single spaces between them.
fn folded(words: &str) -> String {
    let words = words.to_lowercase().replace([',', ';', '_'], " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: &[PresenceKind]) {
        assert_eq!(parse(typed), Ok(expected.iter().copied().collect()));
    }

    #[test]
    fn kinds_are_understood_in_both_languages_and_by_their_names_in_the_api() {
        use PresenceKind::{Camera, Game, ScreenShare, Spotify, Streaming, Voice};
        check("voice, games", &[Voice, Game]);
        check(" Sprachkanäle;SPIELE  spotify", &[Voice, Game, Spotify]);
        check("screen_share, screen share camera", &[ScreenShare, Camera]);
        check("game streaming streams", &[Game, Streaming]);
        check("all", &PresenceKind::ALL);
        check("Alles", &PresenceKind::ALL);
        check("off", &[]);
        check("aus", &[]);
    }

    #[test]
    fn a_kind_out_of_sight_stays_if_it_was_kept_and_is_named() {
        use PresenceKind::{Game, Spotify, Voice};
        let set = |kinds: &[PresenceKind]| kinds.iter().copied().collect::<PresenceKinds>();
        let (before, seen) = (set(&[Voice, Game]), PresenceKinds::in_voice());

        assert_eq!(kept(set(&[Voice, Game]), before, seen), before);
        assert_eq!(kept(set(&[Game, Spotify]), before, seen), set(&[Game]));
        assert_eq!(kept(set(&[Voice]), before, seen), set(&[Voice]));
        assert_eq!(kept(PresenceKinds::NONE, before, seen), set(&[]));
        assert_eq!(kept(set(&[Game]), set(&[]), seen), set(&[]));
    }

    #[test]
    fn words_that_are_no_kind_are_refused() {
        for typed in ["", " , ", "voices", "voice, chess", "off, voice", "screen"] {
            let refused = Mistake::UnknownPresenceKind(typed.to_owned());
            assert_eq!(parse(typed), Err(refused), "{typed:?}");
        }
    }

    #[test]
    fn a_list_that_somebody_is_typing_is_continued() {
        let offered =
            |locale, partial: &str| suggestions(Text::of(locale), PresenceKinds::all(), partial);
        assert_eq!(offered(Locale::English, "voice, g"), ["voice, games"]);
        assert_eq!(
            offered(Locale::German, "spiele, "),
            [
                "Sprachkanäle, Spiele",
                "Bildschirmübertragung, Spiele",
                "Kamera, Spiele",
                "Spiele, Streams",
                "Spiele, Spotify",
            ]
        );
        assert!(offered(Locale::English, "chess, g").is_empty());
        let in_voice = suggestions(
            Text::of(Locale::English),
            PresenceKinds::in_voice(),
            "voice, ",
        );
        assert_eq!(in_voice, ["voice, screen share", "voice, camera"]);
    }

    #[test]
    fn whatever_is_offered_can_be_typed() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let offered = suggestions(text, PresenceKinds::all(), "");
            assert_eq!(offered.len(), 5);
            for words in offered {
                assert!(words.len() <= 100 && parse(&words).is_ok(), "{words}");
            }
            let games = text.presence_kind("game");
            let in_voice = suggestions(text, PresenceKinds::in_voice(), &games);
            assert!(in_voice.is_empty(), "{in_voice:?}");
        }
    }
}
