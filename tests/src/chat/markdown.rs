//! The part of Discord's markdown that our messages use: escapes, bold, italics, times.

/// Renders markdown as HTML. `now` is the moment in Unix seconds to which times are relative.
pub(crate) fn html(markdown: &str, now: i64) -> String {
    let mut html = String::new();
    let (mut bold, mut italic) = (false, false);
    let mut rest = markdown;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(escaped) = rest.strip_prefix('\\') {
            let escaped = escaped.chars().next().unwrap_or('\\');
            html.push_str(&text(escaped));
            1 + escaped.len_utf8()
        } else if rest.starts_with("**") {
            html.push_str(tag("b", &mut bold));
            2
        } else if first == '*' {
            html.push_str(tag("i", &mut italic));
            1
        } else if let Some((at, length)) = time(rest) {
            html.push_str(&format!("<time>{}</time>", relative(now - at)));
            length
        } else {
            html.push_str(&text(first));
            first.len_utf8()
        };
        rest = &rest[length.min(rest.len())..];
    }
    html
}

/// Opens a tag, or closes it if it is open.
fn tag(name: &'static str, open: &mut bool) -> &'static str {
    *open = !*open;
    match (name, *open) {
        ("b", true) => "<b>",
        ("b", false) => "</b>",
        (_, true) => "<i>",
        (_, false) => "</i>",
    }
}

/// Returns the time of a `<t:1764000000:R>` at the start, and its length.
fn time(markdown: &str) -> Option<(i64, usize)> {
    let (at, _) = markdown.strip_prefix("<t:")?.split_once(":R>")?;
    Some((at.parse().ok()?, "<t::R>".len() + at.len()))
}

/// Returns how long ago something was, in the words of Discord.
pub(crate) fn relative(seconds: i64) -> String {
    let (unit, count) = match seconds.max(0) {
        seconds @ 0..60 => ("second", seconds),
        seconds @ 60..3_600 => ("minute", seconds / 60),
        seconds @ 3_600..86_400 => ("hour", seconds / 3_600),
        seconds => ("day", seconds / 86_400),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

/// Renders one character. Discord draws its own dots, and so do we: fonts differ.
fn text(character: char) -> String {
    let dot = |colour| format!("<span class=\"dot\" style=\"background:{colour}\"></span>");
    match character {
        '\n' => "<br>".to_owned(),
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '🟢' => dot("#78b159"),
        '🟠' => dot("#f4900c"),
        '🔴' => dot("#dd2e44"),
        '🟡' => dot("#fdcb58"),
        '⚫' => dot("#31373d"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        assert_eq!(html(markdown, 100_000), expected);
    }

    #[test]
    fn escaped_characters_are_shown_as_they_are() {
        check(r"\_\_x\_\_ \*a\* \<t\:5\:R\>", "__x__ *a* &lt;t:5:R&gt;");
        check("a\\", "a\\");
        check("a & b\nc", "a &amp; b<br>c");
    }

    #[test]
    fn bold_and_italics_are_marked() {
        check("**3 online** *why*", "<b>3 online</b> <i>why</i>");
    }

    #[test]
    fn times_are_shown_relative_to_now() {
        check("Alex (<t:99970:R>)", "Alex (<time>30 seconds ago</time>)");
        check("<t:99940:R>", "<time>1 minute ago</time>");
        check("<t:92000:R>", "<time>2 hours ago</time>");
        check("<t:1:R>", "<time>1 day ago</time>");
        check("<t:soon:R>", "&lt;t:soon:R&gt;");
    }
}
