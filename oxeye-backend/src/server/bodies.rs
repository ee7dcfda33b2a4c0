//! The bodies of a request and its response, as far as the connection has to know about them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use oxeye_process::clients::OpenConnection;
use parking_lot::Mutex;
use tokio::time::timeout;

/// The most bytes of an unread request body that we read and discard in order to reuse the connection.
const DRAINED_BYTES: u64 = 16 * 1024;

/// How long such a body may take to arrive. If the client sends head and body together, it is already there.
const DRAINING: Duration = Duration::from_millis(50);

/// What a connection shares with the bodies of its requests and responses.
pub(super) struct InFlight {
    /// The entry of the connection, busy from the head of a request until the body of its response has been written.
    pub(super) open: OpenConnection,
    /// A request body that the handler did not read to its end.
    unread: Mutex<Option<Incoming>>,
}

impl InFlight {
    pub(super) fn new(open: OpenConnection) -> Arc<InFlight> {
        Arc::new(InFlight {
            open,
            unread: Mutex::default(),
        })
    }

    /// Takes the body that the last handler left unread, if any.
    pub(super) fn take_unread(&self) -> Option<Incoming> {
        self.unread.lock().take()
    }
}

/// The body of a request. When it is dropped, its unread rest goes back to the connection.
pub(super) struct RequestBody {
    incoming: Option<Incoming>,
    in_flight: Arc<InFlight>,
}

impl RequestBody {
    pub(super) fn new(incoming: Incoming, in_flight: Arc<InFlight>) -> RequestBody {
        RequestBody {
            incoming: Some(incoming),
            in_flight,
        }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.incoming {
            Some(incoming) => Pin::new(incoming).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.incoming.as_ref().map(HttpBody::size_hint);
        hint.unwrap_or_default()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        let unread = self.incoming.take().filter(|body| !body.is_end_stream());
        if unread.is_some() {
            *self.in_flight.unread.lock() = unread;
        }
    }
}

/// Reads and discards the rest of a body. Returns whether it ended, which it does if it is small and arrives in time.
pub(super) async fn drain(mut body: Incoming) -> bool {
    if body.size_hint().lower() > DRAINED_BYTES {
        return false;
    }
    let draining = async {
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
            if bytes > DRAINED_BYTES {
                return false;
            }
        }
        true
    };
    timeout(DRAINING, draining).await.unwrap_or(false)
}

/// A request in flight: from its head until the body of its response has been written, or until it is clear that the
/// response will never be finished. Dropping it makes the connection idle.
pub(super) struct Busy(Arc<InFlight>);

impl Busy {
    pub(super) fn on(in_flight: &Arc<InFlight>) -> Busy {
        in_flight.open.set_busy();
        Busy(Arc::clone(in_flight))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.open.set_idle();
    }
}
