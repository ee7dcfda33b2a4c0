//! The controller with a fake engine, a real store and a clock that the tests move.
//!
//! | module   | subject                                                          |
//! |----------|------------------------------------------------------------------|
//! | `trial`  | [`Trial`](trial::Trial): a machine, a disk and a program on them   |
//! | `disk`   | rows that cannot be written                                      |
//! | `engine` | exits that nobody reports, and an engine that hangs              |
//! | `ports`  | ports that strangers have                                        |
//! | `workers` | several workers, and one that cannot be reached                     |

mod disk;
mod engine;
mod ports;
mod trial;
mod workers;
