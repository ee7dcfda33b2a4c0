//! Answers about counters. Only the member who asked sees them.

use oxeye_text::{Text, escape_markdown};

use super::channel_link;
use super::message::Message;

/// Says what the status of the channel shows from now on.
pub(crate) fn in_status(text: Text, channel: u64, shown: &str) -> Message {
    let shown = escape_markdown(shown);
    Message::private(text.counter_in_status(&channel_link(channel), &shown))
}

/// Says what the name of the channel shows from now on.
pub(crate) fn in_name(text: Text, channel: u64, shown: &str) -> Message {
    let shown = escape_markdown(shown);
    Message::private(text.counter_in_name(&channel_link(channel), &shown))
}

/// Says why the channel shows nothing yet.
pub(crate) fn blocked(text: Text, channel: u64) -> Message {
    Message::private(text.counter_blocked(&channel_link(channel)))
}

/// Says that the counter is off, and what becomes of the channel: its name is restored if the number was
/// there, and its status is cleared otherwise.
pub(crate) fn off(text: Text, channel: u64, original_name: Option<&str>) -> Message {
    let channel = channel_link(channel);
    Message::private(match original_name {
        None => text.counter_off_status(&channel),
        Some(name) => text.counter_off_name(&channel, &escape_markdown(name)),
    })
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn what_a_channel_shows_is_repeated_exactly_and_only_to_the_admin() {
        let english = Text::of(Locale::English);
        let message = in_status(english, 11, "**3** *on*");
        assert!(message.ephemeral);
        assert!(
            message.content.contains("status of <#11> shows **\\*\\*3"),
            "{}",
            message.content
        );

        let message = off(english, 11, Some("my_lounge"));
        assert!(
            message.content.contains("**my\\_lounge**"),
            "{}",
            message.content
        );
    }
}
