//! Text for people, in English and German: what Discord and the command line show of the facts in
//! `oxeye-db`.
//!
//! | module      | what it holds                                                           |
//! |-------------|-------------------------------------------------------------------------|
//! | `catalogue` | [`Text`]: the sentences of one language, from `en.ftl` or `de.ftl`      |
//! | `sentences` | the list of all sentences with their arguments; each is a method of `Text` |
//! | `facts`     | [`Facts`]: what people read about a server, wherever it is shown        |
//! | `state`     | the words and dots of a server's state                                  |
//! | `chart`     | [`ChartText`]: what a chart of the players over time says               |
//! | `fleet`     | [`Fleet`]: the servers that a fleet starts for players                  |
//! | `watching`  | what answered at an address that is to be watched, or why it is not watched |
//! | `terminal`  | servers as plain text for the command line                              |
//! | `duration`  | `2h` or `2 Std.`, `30m ago` or `vor 30 Minuten`                         |
//! | `amounts`   | `2,150.5` or `2.150,5`                                                  |
//! | `heads`     | [`Heads`]: the heads of players in lines of text                        |
//! | `lists`     | `a, b and c`; lists that end with `...and 3 more` or `+3 more`          |
//! | `moments`   | [`parse_moment`]: moments as people write them                          |
//! | `player`    | what is known of one player                                             |
//! | `top`       | who has most of something                                               |
//! | `topics`    | what an alert says, in words                                            |
//! | `past`      | who was on at a moment                                                  |
//! | `settings`  | what a guild can set, as it is written and shown                        |
//! | `names`     | why a name is not accepted                                              |
//! | `system_errors` | why the operating system could not do something                     |
//! | `escaping`  | makes names safe to show                                                |
//!
//! A new sentence goes into both catalogues and into the list in `sentences`. The tests find what
//! was forgotten; how, is the subject of `oxeye-catalogue`, as are the languages. Log lines, API errors and `--help` are English and stay in the code that uses them.
//!
//! This crate never reads the clock or the environment and does not know Discord. `now` is an
//! argument.

mod amounts;
mod catalogue;
mod chart;
mod duration;
mod escaping;
mod facts;
mod fleet;
mod heads;
mod lists;
mod moments;
mod names;
mod past;
mod player;
mod sentences;
mod settings;
mod software;
mod state;
mod system_errors;
mod terminal;
mod top;
mod topics;
mod watching;

pub use catalogue::Text;
pub use chart::ChartText;
pub use escaping::{cut, escape_markdown, isolate, neutralise, width};
pub use facts::Facts;
pub use fleet::{Fleet, FleetPlayer, FleetSlot, SlotState};
pub use heads::Heads;
pub use lists::{CutList, capitalised, uncapitalised};
pub use moments::{NoMoment, parse_moment};
pub use oxeye_catalogue::Locale;
pub use past::PastText;
pub use player::PlayerText;
pub use settings::{MOST_RETENTION_DAYS, Setting, SettingError, SettingLimits, ShownPart};
pub use state::{Headcount, Standing, dot};
pub use system_errors::without_error_numbers;
pub use top::{TopText, range_that_counts, ranked_by};
pub use watching::{Found, Unanswered, WatchRefusal, Watched, WatchedEntry};
