//! The engine with real processes. What a script wants to tell the test, it writes to a pipe.

mod adoption;
pub(crate) mod contract;
mod hanging;
mod host;
mod killing;
mod life;
mod refusals;
mod stubborn;
