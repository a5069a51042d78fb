//! Serves the requests of one connection.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::response::Response;
use http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use http::{Request, Version};
use hyper::body::{Body, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::coop::has_budget_remaining;
use tokio::time::{Instant, Sleep, sleep};

use super::activity::{Activity, CloseReason, Displacement, Verdict};
use super::admission::{self, Begin, Meter, MeteringExecutor, RunningRequest};
use super::body::with_timeout;
use super::handler::Handler;
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
pub(crate) struct Connection<H> {
    pub(crate) shared: Arc<Shared<H>>,
    /// The peer. `None` at a UNIX socket.
    pub(crate) peer: Option<Peer>,
    pub(crate) activity: Arc<Activity>,
    pub(crate) meter: Arc<Meter>,
}

impl<H: Handler> Connection<H> {
    /// Serves HTTP/1.1.
    pub(crate) async fn http1<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::clone(&self.activity);
        let io = TokioIo::new(ActivityStream::http1(stream, Arc::clone(&activity)));
        let shared = Arc::clone(&self.shared);
        let service = service_fn(|request| self.respond(request));
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
        let service = service_fn(move |request| self.respond(request));
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
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<H> {
        self.activity.request_started();
        let in_flight = InFlight(Arc::clone(&self.activity));
        let timeout = self.shared.limits.body;
        // The end of a chunked body is not checked, so it has to be that of the connection.
        let is_last =
            !request.body().is_end_stream() && request.headers().contains_key(TRANSFER_ENCODING);
        let mut request = request.map(|body| with_timeout(body, timeout));
        let sender = self.shared.trusted_proxies.resolve(self.peer, request.headers_mut());
        if let Some(problem) = &sender.problem {
            self.shared.forwarding.report(problem, self.shared.admission.metrics());
        }
        let peer = sender.peer;
        // After the headers of proxies: behind one, each user's network has its own share.
        let sender = peer.map(|peer| peer.address);
        // A request of HTTP/2 begins in a task of its own, to whose sender the time is counted.
        let is_http2 = request.version() == Version::HTTP_2;
        let progress = match (!is_http2).then(|| self.meter.begin(sender)) {
            Some(Begin::Now(place)) => {
                let response = self.shared.handler.respond(request, peer);
                Progress::Running { response, _place: place }
            }
            begin => {
                let (meter, shared) = (Arc::clone(&self.meter), Arc::clone(&self.shared));
                Progress::Waiting(Box::pin(async move {
                    match meter.wait(begin.unwrap_or_else(|| meter.begin(sender))).await {
                        Some(_place) => shared.handler.respond(request, peer).await,
                        None => admission::refuse(),
                    }
                }))
            }
        };
        Responding { progress, is_last, _in_flight: in_flight }
    }
}

/// A request that gets its response.
struct Responding<F> {
    progress: Progress<F>,
    /// Whether the connection ends after the response.
    is_last: bool,
    _in_flight: InFlight,
}

/// The progress of a request.
enum Progress<F> {
    /// It began at once, as most do. Its place is free when it ends.
    Running { response: F, _place: RunningRequest },
    /// It waits until it may begin, or is one of HTTP/2. In a box: it holds the request meanwhile.
    Waiting(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl<F: Future<Output = Response> + Unpin> Future for Responding<F> {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut response = ready!(match &mut self.progress {
            Progress::Running { response, .. } => Pin::new(response).poll(context),
            Progress::Waiting(response) => response.as_mut().poll(context),
        });
        if self.is_last {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Poll::Ready(Ok(response))
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
async fn drive<C, H>(connection: C, activity: &Activity, shared: &Shared<H>)
where
    C: GracefulConnection,
{
    let mut connection = pin!(connection);
    let mut timer = pin!(sleep(shared.limits.head));
    let shutdown_timeout = {
        let mut interruption = pin!(interruption(activity, shared));
        let mut waker = None;
        poll_fn(|context| {
            // First, so that a request that has arrived begins before the others are checked.
            // Errors of a connection concern only the peer.
            if connection.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            // The others wake this task. They are polled again only after they did: mostly it is
            // the connection that was woken.
            let is_known = waker.as_ref().is_some_and(|it| context.waker().will_wake(it));
            if is_known && !timer.is_elapsed() && !is_interrupted(activity, shared) {
                return Poll::Pending;
            }
            if let Poll::Ready(end) = interruption.as_mut().poll(context) {
                return Poll::Ready(end);
            }
            let end = check_timeouts(timer.as_mut(), (activity, shared), context);
            // If the connection has used up the budget of this step, they may not wake the task:
            // tokio polls it again at once, and then they are polled, too.
            waker = has_budget_remaining().then(|| context.waker().clone());
            end
        })
        .await
    };
    let Some(shutdown_timeout) = shutdown_timeout else { return };
    connection.as_mut().graceful_shutdown();
    // Past the timeout, dropping the connection closes it.
    let _ = tokio::time::timeout(shutdown_timeout, connection).await;
}

/// The end of a connection: at once, or when its requests have ended, for this long at most.
type End = Option<Duration>;

/// Waits until the place of a connection is needed or the service stops.
async fn interruption<H>(activity: &Activity, shared: &Shared<H>) -> End {
    let mut stop = shared.stop.clone();
    tokio::select! {
        biased;
        displacement = activity.displaced() => {
            let ends = displacement == Displacement::Flood || activity.idle_for().is_some();
            (!ends).then_some(shared.limits.drain)
        }
        _ = stop.wait_for(|stop| *stop) => Some(shared.limits.drain),
    }
}

/// Returns whether [`interruption`] has ended, or soon will.
fn is_interrupted<H>(activity: &Activity, shared: &Shared<H>) -> bool {
    activity.displacement().is_some() || shared.stop.has_changed().unwrap_or(true)
}

/// Checks the timeouts of a connection when its timer ends, and sets it again.
fn check_timeouts<H>(
    mut timer: Pin<&mut Sleep>,
    (activity, shared): (&Activity, &Shared<H>),
    context: &mut Context<'_>,
) -> Poll<End> {
    loop {
        ready!(timer.as_mut().poll(context));
        match activity.poll(&shared.limits) {
            Verdict::CheckAfter(after) => timer.as_mut().reset(Instant::now() + after),
            Verdict::Close(CloseReason::TooSlow) => return Poll::Ready(None),
            Verdict::Close(CloseReason::Idle) => return Poll::Ready(Some(IDLE_SHUTDOWN)),
        }
    }
}
