//! Counters: channels whose status or name shows how many players are on.
//!
//! | module     | what it holds                                        |
//! |------------|------------------------------------------------------|
//! | `template` | what an admin wants to read, with placeholders       |
//! | `pace`     | when a text is sent to Discord                       |

mod pace;
mod template;
