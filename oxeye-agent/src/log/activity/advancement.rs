//! The sentences about advancements, in English.

use crate::game_event::AdvancementKind;

/// Each sentence before the title in brackets. Minecraft before 1.12 had achievements.
const SENTENCES: [(&str, AdvancementKind); 4] = [
    ("has made the advancement [", AdvancementKind::Advancement),
    ("has reached the goal [", AdvancementKind::Goal),
    ("has completed the challenge [", AdvancementKind::Challenge),
    (
        "has just earned the achievement [",
        AdvancementKind::Advancement,
    ),
];

/// Reads what follows the name of the player. Returns the kind and the title.
pub(super) fn read(rest: &str) -> Option<(AdvancementKind, &str)> {
    let rest = rest.strip_suffix(']')?;
    SENTENCES.iter().find_map(|(sentence, kind)| {
        let title = rest.strip_prefix(sentence)?;
        is_title(title).then_some((*kind, title))
    })
}

/// Whether the text is in one pair of brackets and not the middle of two.
fn is_title(text: &str) -> bool {
    let depth = text
        .chars()
        .try_fold(0_usize, |depth, character| match character {
            '[' => Some(depth + 1),
            ']' => depth.checked_sub(1),
            _ => Some(depth),
        });
    !text.is_empty() && depth == Some(0)
}
