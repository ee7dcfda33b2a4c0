//! What Discord's markdown leaves for people to read, and what in it is more than text. It follows the rules of
//! Discord's client and knows nothing of how the bot escapes names.

use serde_json::Value;

/// A text as people read it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The characters that people see. What is more than text is replaced by its kind, such as `[time]`.
    pub text: String,
    /// What is more than text, as it was written: mentions, links, emoji, times, code, headings, lists.
    pub acts: Vec<String>,
}

/// Returns every text of a message that Discord renders as markdown, as people read it.
pub fn readings(message: &Value) -> Vec<Reading> {
    let embeds = message["embeds"].as_array().into_iter().flatten();
    let of_embed = embeds.flat_map(|embed| {
        let fields = embed["fields"].as_array().into_iter().flatten();
        let fields = fields.flat_map(|field| [&field["name"], &field["value"]]);
        [&embed["title"], &embed["description"]]
            .into_iter()
            .chain(fields)
    });
    let texts = [&message["content"]].into_iter().chain(of_embed);
    texts.filter_map(Value::as_str).map(read).collect()
}

/// The marks around text that is bold, underlined, crossed out, hidden or in italics; longer ones first.
const MARKS: [&str; 6] = ["**", "__", "~~", "||", "*", "_"];

/// Reads markdown as Discord does.
pub fn read(markdown: &str) -> Reading {
    let mut reading = Reading::default();
    reading.takes(markdown, true);
    reading
}

impl Reading {
    fn takes(&mut self, markdown: &str, mut begins_line: bool) {
        let mut rest = markdown;
        while let Some(first) = rest.chars().next() {
            if begins_line && let Some(length) = block(rest) {
                self.acts.push(rest[..length].to_owned());
                rest = &rest[length..];
                begins_line = false;
                continue;
            }
            begins_line = first == '\n';
            rest = self.takes_one(rest, first);
        }
    }

    /// Takes what is at the start, and returns the rest.
    fn takes_one<'a>(&mut self, rest: &'a str, first: char) -> &'a str {
        if let Some(escaped) = escaped(rest) {
            self.text.push(escaped);
            return &rest[1 + escaped.len_utf8()..];
        }
        if let Some((kind, length)) = act(rest) {
            self.acts.push(rest[..length].to_owned());
            self.text.push_str(kind);
            return &rest[length..];
        }
        for mark in MARKS {
            if let Some(inner) = rest.strip_prefix(mark)
                && let Some(end) = end_of(inner, mark).filter(|end| *end > 0)
            {
                self.takes(&inner[..end], false);
                return &inner[end + mark.len()..];
            }
        }
        self.text.push(first);
        &rest[first.len_utf8()..]
    }
}

/// Returns the character after a backslash, if the backslash makes it plain text.
fn escaped(rest: &str) -> Option<char> {
    let next = rest.strip_prefix('\\')?.chars().next()?;
    (!next.is_ascii_alphanumeric() && !next.is_whitespace()).then_some(next)
}

/// Returns where the text before a mark ends.
fn end_of(text: &str, mark: &str) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(mark) {
            return Some(at);
        }
        let length = escaped(rest).map(|escaped| 1 + escaped.len_utf8());
        at += length.or_else(|| Some(rest.chars().next()?.len_utf8()))?;
    }
    None
}

/// Returns the length of what makes the line that begins here a heading, a quote or an item of a list.
fn block(line: &str) -> Option<usize> {
    let marks = ["# ", "## ", "### ", "-# ", "> ", ">>> ", "- ", "* "];
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    if let Some(mark) = marks.iter().find(|mark| rest.starts_with(**mark)) {
        return Some(indent + mark.len());
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_numbered = digits > 0 && rest[digits..].starts_with(". ");
    is_numbered.then_some(indent + digits + 2)
}

/// Returns the kind and the length of what is at the start, if it is more than text.
fn act(rest: &str) -> Option<(&'static str, usize)> {
    for mention in ["@everyone", "@here"] {
        if rest.starts_with(mention) {
            return Some(("[mention]", mention.len()));
        }
    }
    if let Some(inner) = rest.strip_prefix('<') {
        let end = inner.find('>')?;
        return Some((in_brackets(&inner[..end])?, end + 2));
    }
    if let Some(inner) = rest.strip_prefix('`') {
        let end = inner.find('`').filter(|end| *end > 0)?;
        return Some(("[code]", end + 2));
    }
    if rest.starts_with("https://") || rest.starts_with("http://") {
        let end = rest.find(|c: char| c.is_whitespace() || c == '<');
        return Some(("[link]", end.unwrap_or(rest.len())));
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let end = inner.find("](")?;
        let close = inner[end..].find(')')?;
        let target = &inner[end + 2..end + close];
        return target
            .contains("://")
            .then_some(("[link]", end + close + 2));
    }
    let inner = rest.strip_prefix(':')?;
    let end = inner.find(':').filter(|end| *end > 0)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let is_emoji = inner[..end].chars().all(fits);
    is_emoji.then_some(("[emoji]", end + 2))
}

/// Returns the kind of what stands between angle brackets.
fn in_brackets(inner: &str) -> Option<&'static str> {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(time) = inner.strip_prefix("t:") {
        let time = time.split(':').next().unwrap_or_default();
        return is_id(time.trim_start_matches('-')).then_some("[time]");
    }
    for mention in ["@!", "@&", "@", "#"] {
        if inner.strip_prefix(mention).is_some_and(is_id) {
            return Some("[mention]");
        }
    }
    if inner.starts_with("id:") {
        return Some("[mention]");
    }
    if inner.starts_with("https://") || inner.starts_with("http://") {
        return Some("[link]");
    }
    if inner.starts_with('/') && inner.rsplit_once(':').is_some_and(|(_, id)| is_id(id)) {
        return Some("[command]");
    }
    let emoji = inner.strip_prefix("a:").or_else(|| inner.strip_prefix(':'));
    let emoji = emoji.and_then(|emoji| emoji.split_once(':'));
    emoji.is_some_and(|(_, id)| is_id(id)).then_some("[emoji]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, text: &str, acts: &[&str]) {
        let reading = read(markdown);
        assert_eq!(
            (reading.text.as_str(), &reading.acts[..]),
            (
                text,
                &acts.iter().map(ToString::to_string).collect::<Vec<_>>()[..]
            )
        );
    }

    #[test]
    fn marks_vanish_and_escaped_ones_are_text() {
        check(r"**jeb\_** is on *hub*", "jeb_ is on hub", &[]);
        check(r"jeb\_ and __x__ and ||y||", "jeb_ and x and y", &[]);
        check(r"\*\*a\*\* \\ \a", r"**a** \ \a", &[]);
        check("**open", "**open", &[]);
    }

    #[test]
    fn what_is_more_than_text_is_found() {
        check("a (<t:5:R>)", "a ([time])", &["<t:5:R>"]);
        check(
            "<@1> <@&2> <#3>",
            "[mention] [mention] [mention]",
            &["<@1>", "<@&2>", "<#3>"],
        );
        check("@everyone", "[mention]", &["@everyone"]);
        check("<:h:1> :smile:", "[emoji] [emoji]", &["<:h:1>", ":smile:"]);
        check("</oxeye status:9>", "[command]", &["</oxeye status:9>"]);
        check(
            "[a](https://b) https://c d",
            "[link] [link] d",
            &["[a](https://b)", "https://c"],
        );
        check("`x`", "[code]", &["`x`"]);
        check("# a\n- b\n1. c", "a\nb\nc", &["# ", "- ", "1. "]);
    }

    #[test]
    fn escaped_it_is_text() {
        for name in [
            "<@1>",
            "@everyone",
            ":smile:",
            "`a`",
            "[a](https://b)",
            "# a",
            "1. a",
            "<t:1:R>",
        ] {
            let escape = |c: char| {
                if c.is_ascii_punctuation() {
                    format!("\\{c}")
                } else {
                    c.to_string()
                }
            };
            let escaped: String = name.chars().map(escape).collect();
            check(&escaped, name, &[]);
        }
    }
}
