//! The fleet, as far as the bot needs it: the program that runs the bot knows where the fleet is and
//! asks it.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use oxeye_text::Fleet;

/// Asks the fleet what runs.
pub trait FleetReader: fmt::Debug + Send + Sync {
    /// Returns the fleet as it is now; `None` if it does not answer, which is already logged.
    fn read(&self) -> BoxFuture<'_, Option<Arc<Fleet>>>;
}
