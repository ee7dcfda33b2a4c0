//! Scenes with one cause and one effect. Chaos is in `tests/simulation`.

mod answers;
mod asking;
mod away;
mod crashes;
mod discards;
mod engine;
mod full;
mod homes;
mod host;
mod joining;
mod lies;
mod lost;
mod ports;
mod readiness;
mod recovery;
mod refusals;
mod unmade;
mod workers;
