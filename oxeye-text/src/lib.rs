//! Text for people, from facts of `oxeye-db`: what Discord and the command line show, in English
//! and German.
//!
//! | module        | fact                                                              |
//! |---------------|-------------------------------------------------------------------|
//! | [`Locale`]    | which languages there are, and who reads which                    |
//! | [`Text`]      | the sentences of one language: one method each                    |
//! | `catalogue`   | `en.ftl` and `de.ftl`, which hold them                            |
//! | `sentences`   | the list of all sentences with their arguments                    |
//! | `duration`    | `2h` or `2 Std.`, `30m ago` or `vor 30 Minuten`                   |
//! | `lists`       | `a, b and c`; lists that end in `...and 3 more`                   |
//! | `state`       | the words and dots of a server's state                            |
//! | [`Facts`]     | what is said of a server, wherever it is shown                    |
//! | `terminal`    | servers as plain text for the command line                        |
//! | `escaping`    | names shown exactly as they are                                   |
//!
//! A new sentence goes into both catalogues and into the list in `sentences`; the tests find what
//! was forgotten. Log lines, API errors and `--help` are English and stand where they are used.
//!
//! Nothing here reads a clock or the environment, or knows Discord: `now` is an argument.

mod catalogue;
mod duration;
mod escaping;
mod facts;
mod lists;
mod locale;
mod sentences;
mod state;
mod terminal;

pub use catalogue::Text;
pub use escaping::{cut, escape_markdown, isolate, neutralise, width};
pub use facts::Facts;
pub use locale::Locale;
pub use state::{Headcount, dot};
