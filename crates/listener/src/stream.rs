//! A stream that records its reads and blocked writes, and checks how requests are delimited.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;
use super::framing::Framing;

/// The stream of one connection, which records its activity.
pub(crate) struct ActivityStream<S> {
    stream: S,
    activity: Arc<Activity>,
    // `None` in HTTP/2: its frames delimit requests, and bytes between requests are mostly pings.
    framing: Option<Framing>,
}

impl<S> ActivityStream<S> {
    /// Wraps the stream of an HTTP/1.1 connection.
    pub(crate) fn http1(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity, framing: Some(Framing::new()) }
    }

    /// Wraps the stream of an HTTP/2 connection.
    pub(crate) const fn http2(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity, framing: None }
    }

    fn record_write<T>(&self, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_pending() {
            self.activity.write_blocked();
        } else {
            self.activity.write_completed();
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ActivityStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let received = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        if !received.is_empty()
            && let Some(framing) = &mut self.framing
        {
            framing.check(received);
            self.activity.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ActivityStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.record_write(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.record_write(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.record_write(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
