//! One connection from its first request to its end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};
use tower::Service;

use super::activity::{Activity, Look, Overdue};
use super::body::timed;
use super::peer::Peer;
use super::stream::Watched;
use super::{HEAD_LENGTH_MAX, Shared};

/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// Streams that a caller may reset before we took them, and that we reset for its errors: more is
/// a rapid-reset attack (CVE-2023-44487), and ends the connection.
const RESET_STREAMS_MAX: usize = 32;
/// How often a silent HTTP/2 connection is asked whether it is still there, and for how long.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_WITHIN: Duration = Duration::from_secs(10);
/// How long an idle connection may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection that is about to be served.
pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) peer: Peer,
}

impl Connection {
    /// Serves HTTP/1.1.
    pub(super) async fn http1<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::new(Activity::new());
        let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity), true));
        let shared = Arc::clone(&self.shared);
        let service = service_fn(|request| self.answer(request, Arc::clone(&activity)));
        let connection = http1::Builder::new()
            .max_header_size(HEAD_LENGTH_MAX as usize)
            .max_buf_size(2 * HEAD_LENGTH_MAX as usize)
            .serve_connection(io, service);
        drive(connection, &activity, &shared).await;
    }

    /// Serves HTTP/2.
    pub(super) async fn http2<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::new(Activity::new());
        let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity), false));
        let shared = Arc::clone(&self.shared);
        let service = {
            let activity = Arc::clone(&activity);
            service_fn(move |request| self.answer(request, Arc::clone(&activity)))
        };
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEAD_LENGTH_MAX)
            .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
            .max_local_error_reset_streams(RESET_STREAMS_MAX)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_WITHIN)
            .serve_connection(io, service);
        drive(connection, &activity, &shared).await;
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        activity: Arc<Activity>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<> {
        activity.request_began();
        let in_work = InWork(activity);
        let limit = self.shared.limits.body;
        let mut request = request.map(|body| timed(body, limit));
        let peer = self.shared.proxies.resolve(self.peer, request.headers_mut());
        request.extensions_mut().insert(peer);
        let answer = self.shared.router.clone().call(request);
        async move {
            let response = answer.await;
            drop(in_work);
            response
        }
    }
}

/// A request in work, also when it is given up.
struct InWork(Arc<Activity>);

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.request_ended();
    }
}

/// Lets a connection go on until it is over, overdue, or the service stops.
async fn drive<C: GracefulConnection>(connection: C, activity: &Activity, shared: &Shared) {
    let mut connection = pin!(connection);
    let mut stop = shared.stop.clone();
    let mut timer = pin!(sleep(shared.limits.head));
    let within = loop {
        tokio::select! {
            // How it ended is the caller's affair.
            _ = connection.as_mut() => return,
            () = timer.as_mut() => match activity.look(&shared.limits) {
                Look::Again(after) => timer.as_mut().reset(Instant::now() + after),
                Look::Close(Overdue::Stuck) => return,
                Look::Close(Overdue::Idle) => break FAREWELL,
            },
            _ = stop.wait_for(|stop| *stop) => break shared.limits.drain,
        }
    };
    connection.as_mut().graceful_shutdown();
    // Cut off or not: it is over.
    let _ = tokio::time::timeout(within, connection).await;
}
