//! Keeps a busy connection from being closed to make room.

use std::sync::Arc;

use oxeye_process::clients::OpenConnection;

/// A request that is being answered, a tunnel or a client of the feed. While a clone of it exists, its
/// connection is busy, and is not closed to make room for another.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    _busy: Arc<Busy>,
}

#[derive(Debug)]
struct Busy(Arc<OpenConnection>);

impl InFlight {
    pub(super) fn on(open: &Arc<OpenConnection>) -> Self {
        open.set_busy();
        let busy = Busy(Arc::clone(open));
        Self {
            _busy: Arc::new(busy),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set_idle();
    }
}
