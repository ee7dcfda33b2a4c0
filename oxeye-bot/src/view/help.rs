//! The list of commands.

use oxeye_text::Text;
use serenity::all::ButtonStyle;
use serenity::builder::CreateActionRow;

use super::message::Message;
use super::rows;
use crate::commands::names::as_read;
use crate::custom_id::CustomId;

/// The commands on one page: with the longest descriptions they fill half of a message.
const PAGE: usize = 10;

/// A command that can be typed.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name with those above it, without the slash.
    pub(crate) path: String,
    /// What it does.
    pub(crate) about: String,
}

/// Shows a page of commands, the last one if there are not so many. While Discord has not said which id our command
/// has, they cannot be clicked.
pub(crate) fn help_page(
    text: Text,
    entries: &[Entry],
    command: Option<u64>,
    page: usize,
) -> Message {
    let pages = entries.len().div_ceil(PAGE).max(1);
    let page = page.min(pages - 1);
    let lines = entries.iter().skip(page * PAGE).take(PAGE).map(|entry| {
        let Entry { path, about } = entry;
        let read = as_read(path, text.locale());
        match command {
            Some(id) if read == *path => format!("</{path}:{id}> {about}"),
            // Discord shows a mention as it is written, and one with the names of another language cannot be clicked.
            Some(id) => format!("`/{read}` (</{path}:{id}>) {about}"),
            None => format!("`/{read}` {about}"),
        }
    });
    let mut message = Message::private(lines.collect::<Vec<_>>().join("\n"));
    if pages > 1 {
        message.rows = vec![turn(text, page, pages)];
    }
    message
}

fn turn(text: Text, page: usize, pages: usize) -> CreateActionRow {
    let to = |page: Option<usize>, label, nowhere| {
        let id = CustomId::Help(page.unwrap_or(nowhere));
        rows::button(&id, label, ButtonStyle::Secondary).disabled(page.is_none())
    };
    let next = Some(page + 1).filter(|next| *next < pages);
    CreateActionRow::Buttons(vec![
        to(page.checked_sub(1), text.button_previous(), 0),
        // Two buttons of a message may not have the same id.
        to(next, text.button_next(), usize::MAX),
    ])
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    fn entries(count: usize) -> Vec<Entry> {
        let entry = |number| Entry {
            path: format!("oxeye {:x<32} {:y<32}{number}", "", ""),
            about: "z".repeat(100),
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn the_longest_page_fits_into_a_message_and_every_command_is_on_one() {
        let entries = entries(95);
        for page in 0..10 {
            let shown = help_page(ENGLISH, &entries, Some(u64::MAX), page);
            assert!(shown.ephemeral);
            assert!(
                oxeye_text::width(&shown.content) <= 2_000 + 100,
                "page {page}"
            );
            let number = page * 10 + 3;
            assert!(shown.content.contains(&format!("y{number}:")), "{number}");
        }
        let beyond = help_page(ENGLISH, &entries, None, usize::MAX);
        assert_eq!(beyond.content.lines().count(), 5);
        assert!(beyond.content.starts_with("`/oxeye "));
    }

    #[test]
    fn a_command_has_the_name_that_the_member_sees_and_can_be_clicked() {
        let entry = |path: &str| Entry {
            path: path.to_owned(),
            about: "About.".to_owned(),
        };
        let shown = |locale| {
            let entries = [entry("oxeye status"), entry("oxeye notify add")];
            help_page(Text::of(locale), &entries, Some(9), 0).content
        };
        assert_eq!(
            shown(Locale::English),
            "</oxeye status:9> About.\n</oxeye notify add:9> About."
        );
        assert_eq!(
            shown(Locale::German),
            "</oxeye status:9> About.\n\
             `/oxeye benachrichtigen hinzufügen` (</oxeye notify add:9>) About."
        );
    }

    #[test]
    fn one_page_has_no_buttons() {
        assert!(help_page(ENGLISH, &entries(10), None, 0).rows.is_empty());
        assert_eq!(help_page(ENGLISH, &entries(11), None, 0).rows.len(), 1);
    }
}
