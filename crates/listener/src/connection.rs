//! Serves the requests of one connection.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::Request;
use http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};
use tower::Service;

use super::activity::{Activity, CloseReason, Displacement, Verdict};
use super::admission::{self, Meter, MeteringExecutor};
use super::body::with_timeout;
use super::peer::Peer;
use super::stream::ActivityStream;
use super::{HEAD_LENGTH_MAX, Shared};

/// Maximum number of concurrent requests on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// Maximum number of streams that the peer resets before they are accepted, and that hyper resets
/// because of errors of the peer. More is a rapid-reset attack (CVE-2023-44487) and ends the
/// connection.
const RESET_STREAMS_MAX: usize = 32;
/// Interval of keep-alive pings on a silent HTTP/2 connection, and the timeout of their reply.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout of the graceful shutdown of an idle connection.
const IDLE_SHUTDOWN: Duration = Duration::from_secs(2);

/// A connection that was accepted.
pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    /// The peer. `None` at a UNIX socket.
    pub(crate) peer: Option<Peer>,
    pub(crate) activity: Arc<Activity>,
    pub(crate) meter: Arc<Meter>,
}

impl Connection {
    /// Serves HTTP/1.1.
    pub(crate) async fn http1<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::clone(&self.activity);
        let io = TokioIo::new(ActivityStream::http1(stream, Arc::clone(&activity)));
        let shared = Arc::clone(&self.shared);
        let service = service_fn(|request| self.respond(request, Arc::clone(&activity)));
        let connection = http1::Builder::new()
            .max_header_size(HEAD_LENGTH_MAX as usize)
            .max_buf_size(2 * HEAD_LENGTH_MAX as usize)
            .serve_connection(io, service);
        drive(connection, &activity, &shared).await;
    }

    /// Serves HTTP/2.
    pub(crate) async fn http2<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::clone(&self.activity);
        let io = TokioIo::new(ActivityStream::http2(stream, Arc::clone(&activity)));
        let shared = Arc::clone(&self.shared);
        let executor = MeteringExecutor(Arc::clone(&self.meter));
        let service = {
            let activity = Arc::clone(&activity);
            service_fn(move |request| self.respond(request, Arc::clone(&activity)))
        };
        let connection = http2::Builder::new(executor)
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEAD_LENGTH_MAX)
            .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
            .max_local_error_reset_streams(RESET_STREAMS_MAX)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            .serve_connection(io, service);
        drive(connection, &activity, &shared).await;
    }

    fn respond(
        &self,
        request: Request<Incoming>,
        activity: Arc<Activity>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<> {
        activity.request_started();
        let in_flight = InFlight(activity);
        let timeout = self.shared.limits.body;
        // The end of a chunked body is not checked, so it has to be that of the connection.
        let is_last = request.headers().contains_key(TRANSFER_ENCODING);
        let mut request = request.map(|body| with_timeout(body, timeout));
        let sender = self.shared.trusted_proxies.resolve(self.peer, request.headers_mut());
        if let Some(problem) = &sender.problem {
            self.shared.forwarding.report(problem, self.shared.admission.metrics());
        }
        if let Some(peer) = sender.peer {
            request.extensions_mut().insert(peer);
        }
        // After the headers of proxies: behind one, each user's network has its own share.
        let sender = sender.peer.map(|peer| peer.address);
        let (meter, mut router) = (Arc::clone(&self.meter), self.shared.router.clone());
        async move {
            let place = meter.begin(sender).await;
            let mut response =
                if place.is_some() { router.call(request).await } else { Ok(admission::refuse()) };
            drop((in_flight, place));
            if let Ok(response) = &mut response
                && is_last
            {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    }
}

/// Guard of a running request. Dropped also if the request is cancelled.
struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.request_ended();
    }
}

/// Runs a connection until it ends, is too slow or idle, its place is needed, or the service stops.
async fn drive<C: GracefulConnection>(connection: C, activity: &Activity, shared: &Shared) {
    let mut connection = pin!(connection);
    let mut stop = shared.stop.clone();
    let mut timer = pin!(sleep(shared.limits.head));
    let shutdown_timeout = loop {
        tokio::select! {
            // First, so that a request that has arrived begins before the others are checked.
            biased;
            // Errors of a connection concern only the peer.
            _ = connection.as_mut() => return,
            displacement = activity.displaced() => {
                if displacement == Displacement::Flood || activity.idle_for().is_some() {
                    return;
                }
                break shared.limits.drain;
            }
            () = timer.as_mut() => match activity.poll(&shared.limits) {
                Verdict::CheckAfter(after) => timer.as_mut().reset(Instant::now() + after),
                Verdict::Close(CloseReason::TooSlow) => return,
                Verdict::Close(CloseReason::Idle) => break IDLE_SHUTDOWN,
            },
            _ = stop.wait_for(|stop| *stop) => break shared.limits.drain,
        }
    };
    connection.as_mut().graceful_shutdown();
    // Past the timeout, dropping the connection closes it.
    let _ = tokio::time::timeout(shutdown_timeout, connection).await;
}
