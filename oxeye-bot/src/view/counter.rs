//! Answers about counters. Only the member who asked sees them.

use oxeye_db::{Counter, StopReason};
use oxeye_text::{Text, escape_markdown};

use super::channel_link;
use super::message::Message;
use crate::counters::{FirstAnswer, Place};

/// Says what the channel shows from now on, or why it does not.
pub(crate) fn set(text: Text, channel: u64, first: FirstAnswer, shown: &str) -> Message {
    let (channel, shown) = (channel_link(channel), escape_markdown(shown));
    Message::private(match first {
        FirstAnswer::Shown(Place::Status) => text.counter_in_status(&channel, &shown),
        FirstAnswer::Shown(Place::Name) => text.counter_in_name(&channel, &shown),
        FirstAnswer::Blocked => text.counter_blocked(&channel),
    })
}

/// Says that the counter is off, and what becomes of the channel.
pub(crate) fn off(text: Text, counter: &Counter) -> Message {
    let channel = channel_link(counter.channel);
    Message::private(match &counter.original_name {
        None => text.counter_off_status(&channel),
        Some(name) => text.counter_off_name(&channel, &escape_markdown(name)),
    })
}

/// Says what is wrong with a counter; `None` if nothing is.
pub(crate) fn trouble(text: Text, counter: &Counter) -> Option<String> {
    let channel = channel_link(counter.channel);
    match counter.stopped.map(|stopped| stopped.reason) {
        Some(StopReason::NoPermission) => Some(text.counter_given_up_permission(&channel)),
        Some(_) => Some(text.counter_given_up_refused(&channel)),
        None => {
            let is_blocked = counter.blocked_since.is_some();
            is_blocked.then(|| text.counter_blocked(&channel))
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::{Stopped, UnixSeconds};
    use oxeye_text::{Locale, width};

    use super::*;
    use crate::counters::example as counter;

    #[test]
    fn what_a_channel_shows_is_repeated_exactly_and_only_to_the_admin() {
        let mut counter = counter();
        let first = FirstAnswer::Shown(Place::Status);
        let message = set(Text::of(Locale::English), 11, first, "**3** *on*");
        assert!(message.ephemeral);
        assert!(
            message
                .content
                .contains("status of <#11> now shows **\\*\\*3"),
            "{}",
            message.content
        );

        counter.original_name = Some("my_lounge".to_owned());
        let message = off(Text::of(Locale::English), &counter);
        assert!(
            message.content.contains("**my\\_lounge**"),
            "{}",
            message.content
        );
    }

    #[test]
    fn trouble_is_named_and_fits_into_a_message_even_if_all_counters_have_it() {
        let reasons = [StopReason::NoPermission, StopReason::Refused];
        for locale in Locale::ALL {
            let text = Text::of(locale);
            assert_eq!(trouble(text, &counter()), None);
            let mut blocked = counter();
            blocked.blocked_since = Some(UnixSeconds(1));
            let blocked = trouble(text, &blocked).unwrap();
            let mut sentences = vec![blocked];
            for reason in reasons {
                let mut stopped = counter();
                let at = UnixSeconds(1);
                stopped.stopped = Some(Stopped { at, reason });
                sentences.push(trouble(text, &stopped).unwrap());
            }
            sentences.dedup();
            assert_eq!(sentences.len(), 3);
            assert!(sentences.iter().all(|sentence| width(sentence) < 450));
        }
    }
}
