//! Compares text with a sentence of the game, such as `was slain by {killer} using {item}`.

/// The place of whoever or whatever caused a death. Its name may be any text.
const KILLER: &str = "{killer}";
/// The place of an item, which is printed in square brackets and may have any name.
const ITEM: &str = "{item}";

/// Compares a text with a sentence. If it matches, returns the text in the place of the killer, which is
/// empty if the sentence has none.
pub(super) fn killer_in<'t>(text: &'t str, sentence: &str) -> Option<&'t str> {
    let Some((before, place, after)) = next_place(sentence) else {
        return (text == sentence).then_some("");
    };
    let text = text.strip_prefix(before)?;
    if place == ITEM && !text.starts_with('[') {
        return None;
    }
    let fits = |filler: &str| !filler.is_empty() && (place == KILLER || is_item(filler));
    if let Some((between, ..)) = next_place(after) {
        let ends = text.match_indices(between).map(|(end, _)| end);
        return ends.filter(|end| fits(&text[..*end])).find_map(|end| {
            let killer = killer_in(&text[end..], after)?;
            Some(if place == KILLER {
                &text[..end]
            } else {
                killer
            })
        });
    }
    let filler = text.strip_suffix(after).filter(|filler| fits(filler))?;
    Some(if place == KILLER { filler } else { "" })
}

/// Whether a text can be an item, of any name.
pub(super) fn is_item(text: &str) -> bool {
    text.len() > "[]".len() && text.starts_with('[') && text.ends_with(']')
}

/// Splits a sentence at its first place.
fn next_place(sentence: &str) -> Option<(&str, &'static str, &str)> {
    let at = sentence.find('{')?;
    let place = [KILLER, ITEM]
        .into_iter()
        .find(|place| sentence[at..].starts_with(place))?;
    Some((&sentence[..at], place, &sentence[at + place.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, sentence: &str, expected: Option<&str>) {
        assert_eq!(killer_in(text, sentence), expected, "{text:?}");
    }

    #[test]
    fn a_sentence_without_places_is_compared_as_a_whole() {
        check("drowned", "drowned", Some(""));
        check("drowned ", "drowned", None);
        check("drowned in chat", "drowned", None);
    }

    #[test]
    fn a_killer_may_have_any_name() {
        let slain = "was slain by {killer}";
        check("was slain by Alex", slain, Some("Alex"));
        check("was slain by Bob the Zombie", slain, Some("Bob the Zombie"));
        check("was slain by ", slain, None);
        let magic = "was killed by {killer} using magic";
        check("was killed by Witch using magic", magic, Some("Witch"));
        check("was killed by using magic", magic, None);
    }

    #[test]
    fn an_item_is_in_brackets() {
        let using = "was shot by {killer} using {item}";
        check("was shot by Alex using [Bow]", using, Some("Alex"));
        check("was shot by Alex using [a using [b]]", using, Some("Alex"));
        check(
            "was shot by a using b using [Bow]",
            using,
            Some("a using b"),
        );
        check("was shot by Alex using Bow", using, None);
        check("was shot by Alex using []", using, None);
        let firework = "went off due to {item} by {killer}";
        check("went off due to [a by b] by Alex", firework, Some("Alex"));
        check("went off due to a by Alex", firework, None);
    }
}
