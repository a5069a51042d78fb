//! The body of a request, which must come in time.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// The body did not come in time. It is among the sources of the error that reading it gives.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body of the request did not come in time")]
pub struct BodyTimedOut;

/// A body with a deadline. The timer is made only when bytes are waited for.
pub(super) struct TimedBody {
    inner: Incoming,
    deadline: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// The body for a handler: a deadline after `limit`, if there is anything to come at all.
pub(super) fn timed(inner: Incoming, limit: Duration) -> axum::body::Body {
    if inner.is_end_stream() {
        return axum::body::Body::empty();
    }
    let deadline = Instant::now() + limit;
    axum::body::Body::new(TimedBody { inner, deadline, sleep: None })
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self.deadline;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        sleep.as_mut().poll(context).map(|()| Some(Err(BodyTimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
