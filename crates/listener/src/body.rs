//! The body of a request, with a timeout and without trailers.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::admission;

/// The body of a request timed out. Found in the source chain of the error of reading the body.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body of the request timed out")]
pub struct BodyTimedOut;

/// The request has trailers, which no handler reads. Found as [`BodyTimedOut`] is.
///
/// The h2 crate drops pseudo-header fields in trailers, which make a request malformed (RFC 9113
/// §8.1), so all trailers are refused.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request has trailers")]
pub struct TrailersSent;

/// A body with a deadline. The timer is created when the body is first waited for.
pub(crate) struct TimedBody {
    inner: Incoming,
    deadline: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// Returns the body for a handler, with a deadline after `timeout` unless the body is empty.
pub(crate) fn with_timeout(inner: Incoming, timeout: Duration) -> axum::body::Body {
    if inner.is_end_stream() {
        return axum::body::Body::empty();
    }
    let deadline = admission::now() + timeout;
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
            return Poll::Ready(frame.map(|frame| match frame {
                Ok(frame) if frame.is_trailers() => Err(TrailersSent.into()),
                frame => frame.map_err(Into::into),
            }));
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
