//! Names of players that look like everything to which Discord gives a meaning, as far as the wire takes them: it
//! refuses control characters (line breaks and tabs among them), white space at either end, and more than 32
//! characters.

use std::collections::HashSet;

/// The most characters of a name.
const LONGEST: usize = 32;

/// One name of each shape. All are different, and each can be reported.
pub const SHAPES: [&str; 84] = [
    "jeb_",
    "_",
    "__x__",
    "*",
    "**bold**",
    "*__~~all~~__*",
    "||spoiler||",
    "~~gone~~",
    "`code`",
    "```rs",
    "``",
    "@everyone",
    "@here",
    "<@1>",
    "<@!1300000000000000011>",
    "<@&2>",
    "<#1>",
    "</x:1>",
    "</oxeye status:1100000000000101>",
    "<id:customize>",
    ":smile:",
    "<:h:1>",
    "<a:x:1>",
    "<t:0:R>",
    "Alex (<t:1:R>)",
    "https://x.y/z",
    "<https://x.y>",
    "[a](https://b)",
    "a@b.c",
    "# Title",
    "-# small",
    "> quote",
    ">>> all",
    "- item",
    "1. one",
    "\\",
    "a\\_b\\",
    "\\*",
    "¯\\_(ツ)_/¯",
    "$$x$$",
    "{ $player }",
    "%s%n",
    "&amp;<b>",
    "\"quoted\"",
    "'; DROP TABLE players;--",
    "null",
    "-",
    "a, b",
    "+3 more",
    "...and 3 more",
    "ox1:r:1",
    "id:1",
    "Alex",
    "alex",
    "ALEX",
    "a  b",
    ".Bedrock Name",
    "ÄÖÜß",
    "İi",
    "ﬁ",
    "名前",
    "한국어",
    "นาม",
    "שלום",
    "مرحبا 123",
    "a שלום b",
    "a\u{202E}b",
    "\u{202E}evil",
    "\u{2066}x\u{2069}",
    "a\u{2028}b",
    "a\u{2029}b",
    "e\u{301}\u{302}\u{303}\u{304}",
    "\u{301}",
    "a\u{200B}b",
    "\u{200B}",
    "\u{FEFF}x",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦",
    "🇩🇪",
    "⚔\u{FE0F}",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "________________________________",
    "********************************",
    "||||||||||||||||||||||||||||||||",
    "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
];

/// Returns so many different names, those of [`SHAPES`] first.
pub fn names(count: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    let numbered = (0..).flat_map(|round| SHAPES.map(|shape| numbered(shape, round)));
    let all = numbered.filter(|name| seen.insert(name.clone()));
    all.take(count).collect()
}

/// Returns a name of the same shape for each round.
fn numbered(shape: &str, round: usize) -> String {
    if round == 0 {
        return shape.to_owned();
    }
    let number = format!("{round}");
    let room = LONGEST - number.len();
    let begin: String = shape.chars().take(room).collect();
    begin + &number
}

/// Returns a name as people see it: what would break a line or turn the text around it is replaced, all else stays.
pub fn as_seen(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let seen = name.chars().map(|c| if turns(c) { '\u{FFFD}' } else { c });
    seen.collect()
}

/// Returns a text without the invisible marks that keep a name from turning the text around it.
pub fn without_isolates(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::PlayerName;

    use super::*;

    #[test]
    fn a_thousand_names_are_different_and_can_be_reported() {
        let names = names(1_000);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 1_000);
        assert_eq!(names[..SHAPES.len()], SHAPES);
        for name in names {
            assert!(PlayerName::try_from(name.as_str()).is_ok(), "{name:?}");
        }
    }
}
