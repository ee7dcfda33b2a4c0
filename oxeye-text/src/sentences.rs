//! The list of all sentences with their arguments. Their words are in `en.ftl` and `de.ftl`.

mod alerts;
mod board_notices;
mod boards;
mod command_line;
mod counters;
mod discord;
mod figures;
mod fleet;
mod front_page;
mod members;
mod notices;
mod players;
mod presence;
mod refusals;
mod servers;
mod settings;
mod startup;
mod watching;

/// Makes each line a method of `Text` that renders the message with that key.
macro_rules! sentences {
    ($($list:tt)+) => {
        oxeye_catalogue::sentences! { crate::Text: $($list)+ }
    };
}
use sentences;

#[cfg(test)]
mod tests;
