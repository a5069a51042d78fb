//! Counts the time that the tasks of a connection use, and admits its requests.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::rt::Executor;
use model::PeerNetwork;
use tokio::time::Instant;

use super::networks::Network;
use super::requests::RunningRequest;
use super::step::Step;
use super::thread_time::Beginning;
use super::{Admission, BACKLOG_MAX, HANDSHAKE_BACKLOG_MAX};

/// Counts the time of a connection, and admits its requests.
pub(crate) struct Meter {
    admission: Arc<Admission>,
    sender: Sender,
}

/// The network to which the time of a connection is counted.
enum Sender {
    /// That of the peer.
    Peer(Arc<Network>),
    /// That of the last request: behind a trusted proxy, and at a UNIX socket. In HTTP/2, this is
    /// the time of the connection itself only: each request has a task of its own.
    Last(LastSender),
}

/// The sender that began a request last, on a connection or in a task.
type LastSender = Mutex<Option<Arc<Network>>>;

tokio::task_local! {
    /// The sender of the HTTP/2 request whose task runs.
    static OF_TASK: Arc<LastSender>;
}

/// The beginning of a request.
pub(crate) enum Begin {
    /// At once. It runs.
    Now(RunningRequest),
    /// Later, or never.
    Later(WaitingRequest),
}

/// A request that waits until it begins or is refused. It holds its place meanwhile, if it has one.
pub(crate) struct WaitingRequest {
    place: Option<RunningRequest>,
    beginning: Beginning,
}

/// A task whose time is counted.
pub(crate) struct Metered<F> {
    meter: Arc<Meter>,
    /// The sender of the task, if it can differ from that of the connection.
    sender: Option<Arc<LastSender>>,
    task: Pin<Box<F>>,
}

/// Runs the parts of an HTTP/2 connection, and counts their time.
#[derive(Clone)]
pub(crate) struct MeteringExecutor(pub(crate) Arc<Meter>);

impl Meter {
    /// Creates the meter of a connection. `peer` is `None` if its requests have senders of their
    /// own.
    pub(crate) fn new(admission: &Arc<Admission>, peer: Option<IpAddr>) -> Arc<Self> {
        let sender = match peer {
            Some(peer) => Sender::Peer(admission.networks.of(peer)),
            None => Sender::Last(Mutex::default()),
        };
        Arc::new(Self { admission: Arc::clone(admission), sender })
    }

    /// Returns a task that counts its time.
    pub(crate) fn count<F>(self: &Arc<Self>, task: F) -> Metered<F> {
        Metered { meter: Arc::clone(self), sender: None, task: Box::pin(task) }
    }

    /// Decides when a request of this sender begins. A sender without an address has no share.
    pub(crate) fn begin(&self, sender: Option<IpAddr>) -> Begin {
        let network = self.network(sender);
        let place = self.admission.requests.start(network.clone());
        let beginning = match (&network, &place) {
            (None, Some(_)) => Beginning::Now,
            (Some(network), Some(_)) => self.admission.beginning(network, BACKLOG_MAX),
            (network, None) => {
                let time = &self.admission.time;
                let is_large = network.as_ref().is_some_and(|it| time.is_large_now(&it.time));
                Beginning::Never { is_large }
            }
        };
        match (beginning, place) {
            (Beginning::Now, Some(place)) => Begin::Now(place),
            (beginning, place) => Begin::Later(WaitingRequest { place, beginning }),
        }
    }

    /// Waits until a request begins, and returns its place. `None` if it is refused.
    pub(crate) async fn wait(&self, begin: Begin) -> Option<RunningRequest> {
        let request = match begin {
            Begin::Now(place) => return Some(place),
            Begin::Later(request) => request,
        };
        let begins = self.admission.wait(request.beginning).await;
        let place = request.place.filter(|_| begins);
        if place.is_none() {
            self.admission.metrics.requests_refused.inc();
        }
        place
    }

    /// Waits until a TLS handshake may begin. Returns `false` if it is refused.
    pub(crate) async fn begin_handshake(&self) -> bool {
        match &self.sender {
            Sender::Peer(network) => {
                let beginning = self.admission.beginning(network, HANDSHAKE_BACKLOG_MAX);
                self.admission.wait(beginning).await
            }
            Sender::Last(_) => true,
        }
    }

    /// Returns the network of a request.
    fn network(&self, sender: Option<IpAddr>) -> Option<Arc<Network>> {
        let last = match &self.sender {
            Sender::Peer(network) => return Some(Arc::clone(network)),
            Sender::Last(last) => last,
        };
        let site = PeerNetwork::of(sender?).site;
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|network| network.site != site) {
            *last = Some(self.admission.networks.of(site));
        }
        // Outside of HTTP/2, the task is that of the connection.
        let _ = OF_TASK.try_with(|sender| {
            sender.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&last);
        });
        last.clone()
    }

    /// Counts a step that began at `start`, of the connection or of a task with its own sender.
    fn count_step(&self, of_task: Option<&LastSender>, start: Instant) {
        let time = &self.admission.time;
        let last = match (of_task, &self.sender) {
            (Some(sender), _) | (None, Sender::Last(sender)) => sender,
            (None, Sender::Peer(network)) => return time.count(&network.time, start),
        };
        let last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(network) = &*last {
            time.count(&network.time, start);
        }
    }
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let step = Step::begin();
        let result = self.task.as_mut().poll(context);
        self.meter.count_step(self.sender.as_deref(), step.beginning());
        result
    }
}

impl<F> Executor<F> for MeteringExecutor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, task: F) {
        match self.0.sender {
            Sender::Peer(_) => drop(tokio::spawn(self.0.count(task))),
            Sender::Last(_) => {
                let sender = Arc::<LastSender>::default();
                let task = self.0.count(OF_TASK.scope(Arc::clone(&sender), task));
                tokio::spawn(Metered { sender: Some(sender), ..task });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::super::metrics::ConnectionMetrics;
    use super::*;

    /// Begins a request, and returns its place.
    async fn begin(meter: &Meter, sender: Option<IpAddr>) -> Option<RunningRequest> {
        meter.wait(meter.begin(sender)).await
    }

    /// Runs a task that uses a thread for two milliseconds.
    async fn work(meter: &Arc<Meter>) {
        meter.count(async { std::thread::sleep(Duration::from_millis(2)) }).await;
    }

    #[tokio::test]
    async fn time_is_counted_to_the_peer_or_to_the_last_sender() {
        // Two connections: of a peer that names another sender, and of a proxy that has named two.
        let admission = Admission::new(8, ConnectionMetrics::default());
        let [peer, first, last] = [1, 2, 3].map(|end| IpAddr::from([192, 0, 2, end]));
        let networks = [peer, first, last].map(|address| admission.networks.of(address));
        let direct = Meter::new(&admission, Some(peer));
        assert!(begin(&direct, Some(first)).await.is_some());
        work(&direct).await;
        let proxied = Meter::new(&admission, None);
        for sender in [first, last] {
            assert!(begin(&proxied, Some(sender)).await.is_some());
        }
        work(&proxied).await;
        assert_eq!(networks.map(|network| network.time.has_used_a_thread()), [true, false, true]);
    }

    #[tokio::test]
    async fn time_of_an_http2_request_is_counted_to_its_sender() {
        // Begins a request of one sender on a connection of a proxy, and then one of another; then
        // the first one works.
        let admission = Admission::new(8, ConnectionMetrics::default());
        let senders = [1, 2].map(|end| IpAddr::from([192, 0, 2, end]));
        let networks = senders.map(|address| admission.networks.of(address));
        let executor = MeteringExecutor(Meter::new(&admission, None));
        let turns = [(); 2].map(|()| Arc::new(tokio::sync::Semaphore::new(0)));
        for (sender, turn) in senders.into_iter().zip(&turns) {
            let (meter, turn) = (Arc::clone(&executor.0), Arc::clone(turn));
            executor.execute(async move {
                let place = begin(&meter, Some(sender)).await;
                // It waits for its turn, and ends when its time is counted.
                drop(turn.acquire().await);
                std::thread::sleep(Duration::from_millis(2));
                drop(place);
            });
            tokio::task::yield_now().await;
        }
        let [first, _] = &turns;
        let used = || networks.each_ref().map(|network| network.time.used_milliseconds());
        let [_, before] = used();
        first.add_permits(1);
        tokio::task::yield_now().await;
        let [of_first, of_second] = used();
        assert!(of_first >= 2 && of_second == before, "{of_first} {of_second}");
    }

    #[tokio::test(start_paused = true)]
    async fn large_network_without_a_place_is_refused_after_a_pause() {
        // Each network has one place, which is taken. One of the two has used the thread for half
        // of a period.
        let admission = Admission::new(4, ConnectionMetrics::default());
        let (start, mut waits) = (Instant::now(), Vec::new());
        tokio::time::advance(Duration::from_millis(50)).await;
        let large = admission.networks.of([192, 0, 2, 1].into());
        admission.time.count(&large.time, start);
        for end in [1, 2] {
            let meter = Meter::new(&admission, Some([192, 0, 2, end].into()));
            let place = begin(&meter, None).await;
            let refused_at = Instant::now();
            assert!(place.is_some() && begin(&meter, None).await.is_none());
            waits.push(refused_at.elapsed().as_millis());
        }
        assert_eq!(waits, [100, 0]);
    }
}
