//! A stream that records its reads and blocked writes, and checks how requests are delimited.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;
use super::framing::{Framing, REFUSED};

/// The stream of one connection, which records its activity.
pub(crate) struct ActivityStream<S> {
    stream: S,
    activity: Arc<Activity>,
    check: Check,
}

/// The check of how requests are delimited.
enum Check {
    /// HTTP/2: its frames delimit requests, and bytes between requests are mostly pings.
    None,
    /// HTTP/1.1.
    Framing(Framing),
    /// After a wrong line: these bytes are read in its place, and then the end.
    Refused(&'static [u8]),
}

impl<S> ActivityStream<S> {
    /// Wraps the stream of an HTTP/1.1 connection.
    pub(crate) fn http1(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity, check: Check::Framing(Framing::new()) }
    }

    /// Wraps the stream of an HTTP/2 connection.
    pub(crate) const fn http2(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity, check: Check::None }
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
        if let Check::Refused(rest) = &mut self.check {
            give(rest, buffer);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let this = &mut *self;
        let received = buffer.filled().get(before..).unwrap_or_default();
        if let Check::Framing(framing) = &mut this.check
            && !received.is_empty()
        {
            this.activity.received();
            if let Err(wrong) = framing.check(received) {
                buffer.set_filled(before + wrong.at);
                let mut rest = REFUSED;
                give(&mut rest, buffer);
                this.check = Check::Refused(rest);
            }
        }
        read
    }
}

/// Moves as many bytes into a buffer as fit.
fn give(bytes: &mut &'static [u8], buffer: &mut ReadBuf<'_>) {
    let (fit, rest) = bytes.split_at(bytes.len().min(buffer.remaining()));
    buffer.put_slice(fit);
    *bytes = rest;
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
