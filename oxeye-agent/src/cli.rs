//! What the program does when it is not reporting.
//!
//! | module    | what it holds                                  |
//! |-----------|------------------------------------------------|
//! | [`parse`] | prints what is read from logs, as JSON lines   |

pub mod parse;
