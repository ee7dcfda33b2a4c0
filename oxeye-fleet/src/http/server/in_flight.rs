//! What is going on on a connection.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use oxeye_process::clients::OpenConnection;

/// A request that is being answered, a tunnel or a client of the feed. While a clone of it exists, its
/// connection is busy, and so is not closed to make room for another.
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

/// The body of a response. While it is being written, its request is in flight.
pub(super) struct ResponseBody {
    body: Body,
    _in_flight: InFlight,
}

impl ResponseBody {
    pub(super) fn new(body: Body, in_flight: InFlight) -> Self {
        Self {
            body,
            _in_flight: in_flight,
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
