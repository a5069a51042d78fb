//! Tests of timeouts and of displaced connections: streams in memory, and a clock that advances
//! only when every task waits. The load of the machine changes nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

use super::*;
use crate::activity::Displacement;

/// The number of bytes that a stream holds until they are read.
const BUFFER: usize = 1_024;
/// More bytes than hyper and a stream hold.
const LARGE: usize = 4 * 1_024 * 1_024;

/// A connection in memory.
struct InMemory {
    client: DuplexStream,
    activity: Arc<activity::Activity>,
    metrics: ConnectionMetrics,
    held: Held,
    /// Keeps the connection from being stopped.
    _stop: Sender<bool>,
}

/// A stream of which each read returns one byte. Like those of a socket, the reads use up the
/// budget of a task.
struct Bytewise(DuplexStream);

impl AsyncRead for Bytewise {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.0).poll_read(context, &mut one))?;
        buffer.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bytewise {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

fn connect(limits: Limits, tls: Option<Arc<Tls>>) -> InMemory {
    connect_through(limits, tls, |stream| stream)
}

fn connect_through<S>(
    limits: Limits,
    tls: Option<Arc<Tls>>,
    wrap: impl FnOnce(DuplexStream) -> S,
) -> InMemory
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let ((router, held), metrics) = (router(), ConnectionMetrics::default());
    let (stop, stopped) = watch::channel(false);
    let admission = Admission::new(8, metrics.clone());
    let shared = Arc::new(Shared {
        handler: router.route("/large", get(async || "a".repeat(LARGE))),
        limits,
        connections: Connections::new(2, metrics.clone()),
        admission: Arc::clone(&admission),
        tls,
        trusted_proxies: TrustedProxies::new(&[], None),
        forwarding: ForwardingReport::new(None),
        proxies_only: false,
        stop: stopped,
    });
    let (client, server) = duplex(BUFFER);
    let peer = Peer { address: [192, 0, 2, 1].into() };
    let slot = shared.connections.open(Some(peer.address)).expect("a place");
    let activity = Arc::clone(slot.activity());
    let meter = Meter::new(&admission, Some(peer.address));
    tokio::spawn(serve_connection(shared, wrap(server), Some(peer), slot, meter));
    InMemory { client, activity, metrics, held, _stop: stop }
}

impl InMemory {
    async fn send(&mut self, text: &str) {
        self.client.write_all(text.as_bytes()).await.expect("sent");
    }

    /// Reads until the listener closes the connection.
    async fn read_all(&mut self) -> String {
        let mut received = Vec::new();
        self.client.read_to_end(&mut received).await.expect("an end");
        String::from_utf8(received).expect("text")
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_request_head_times_out() {
    // Row H5: sends a byte a second without end (slowloris), then nothing at all: each connection
    // is closed after ten seconds, without a response.
    let mut connection = connect(Limits::default(), None);
    let started = Instant::now();
    for byte in "GET /peer HTTP/1.1\r\nx-slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".bytes() {
        if connection.client.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(connection.read_all().await, "");
    assert!(started.elapsed() < Duration::from_secs(14), "{:?}", started.elapsed());
    let started = Instant::now();
    assert_eq!(connect(Limits::default(), None).read_all().await, "");
    assert!(started.elapsed() < Duration::from_secs(14), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn request_head_times_out_after_the_budget_of_a_step_was_used_up() {
    // Sends a part of a head whose bytes need more reads than tokio lets a task make at once.
    let mut connection = connect_through(Limits::default(), None, Bytewise);
    connection.send(&format!("GET /peer HTTP/1.1\r\nx-long: {}", "a".repeat(300))).await;
    let closed = tokio::time::timeout(Duration::from_secs(14), connection.read_all()).await;
    assert_eq!(closed.as_deref(), Ok(""));
}

#[tokio::test(start_paused = true)]
async fn a_slow_request_body_times_out_in_the_handler() {
    // Row H5: announces ten bytes and sends three; then sends all ten.
    let head = "POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nconnection: close\r\n\r\n";
    for (body, outcome) in [("abc", "timed out"), ("0123456789", "10 bytes")] {
        let mut connection = connect(Limits::default(), None);
        connection.send(&format!("{head}{body}")).await;
        assert!(connection.read_all().await.ends_with(outcome));
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_the_peer_does_not_read_is_cut_off() {
    // Row H5: requests a large body and reads nothing beyond the write timeout; then reads at once.
    for (pause, is_whole) in [(90, false), (0, true)] {
        let mut connection = connect(Limits::default(), None);
        connection.send("GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        tokio::time::sleep(Duration::from_secs(pause)).await;
        assert_eq!(connection.read_all().await.len() > LARGE, is_whole);
    }
}

#[tokio::test(start_paused = true)]
async fn a_keep_alive_connection_serves_again_and_closes_when_idle() {
    // Sends two requests with a pause longer than the head timeout, then nothing.
    let mut connection = connect(Limits::default(), None);
    let request = "GET /peer HTTP/1.1\r\nhost: a\r\n\r\n";
    connection.send(request).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    connection.send(request).await;
    let responses = connection.read_all().await;
    assert_eq!(responses.matches("HTTP/1.1 200 OK").count(), 2, "{responses}");
}

#[tokio::test(start_paused = true)]
async fn a_request_begun_on_a_displaced_connection_gets_its_response() {
    // ED14: takes the place of a connection that was idle, after a request has begun on it: the
    // response comes, with `Connection: close`. One without a request is closed at once, and one of
    // a flood though its request runs.
    let mut connection = connect(Limits::default(), None);
    connection.send("GET /held HTTP/1.1\r\nhost: a\r\n\r\n").await;
    connection.held.wait_for(1).await;
    connection.activity.displace(Displacement::Idle);
    tokio::time::sleep(Duration::from_secs(1)).await;
    connection.held.may_end.add_permits(1);
    let response = connection.read_all().await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("connection: close\r\n"), "{response}");

    let mut idle = connect(Limits::default(), None);
    idle.activity.displace(Displacement::Idle);
    assert_eq!(idle.read_all().await, "");

    let mut flood = connect(Limits::default(), None);
    flood.send("GET /held HTTP/1.1\r\nhost: a\r\n\r\n").await;
    flood.held.wait_for(1).await;
    flood.activity.displace(Displacement::Flood);
    assert_eq!(flood.read_all().await, "");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_arrives_as_its_connection_is_displaced_begins() {
    // ED14: a request lies in the stream, unread, when the place of its connection is taken.
    let mut connection = connect(Limits::default(), None);
    connection.send("GET /peer HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let first = async {
        let mut response = [0; 4];
        connection.client.read_exact(&mut response).await.expect("a response");
        response
    };
    assert_eq!(&first.await, b"HTTP");
    tokio::time::sleep(Duration::from_secs(1)).await;
    connection.send("GET /held HTTP/1.1\r\nhost: a\r\n\r\n").await;
    connection.activity.displace(Displacement::Idle);
    connection.held.wait_for(1).await;
    connection.held.may_end.add_permits(1);
    let responses = connection.read_all().await;
    assert!(responses.contains("200 OK") && responses.contains("connection: close"), "{responses}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_tls_handshake_times_out() {
    // Row H5: connects and sends nothing. It counts as failed, and a displaced one does not.
    let certificate = tls::Certificate::new();
    let mut slow = connect(Limits::default(), Some(certificate.load()));
    assert_eq!(slow.read_all().await, "");
    assert_eq!(slow.metrics.handshakes_failed.get(), 1);
    let mut displaced = connect(Limits::default(), Some(certificate.load()));
    displaced.activity.displace(Displacement::Idle);
    assert_eq!(displaced.read_all().await, "");
    assert_eq!(displaced.metrics.handshakes_failed.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_line_gets_400_however_the_head_is_cut() {
    // ED14: sends heads with a wrong line, whole and in parts that arrive one after another, and
    // nothing after the head: hyper refuses each at once, before the timeout of the head.
    let heads = [
        "GET /peer HTTP/1.1\r\nhost: a\r\n\n",
        "GET /peer HTTP/1.1\r\nhost: a\r\nx: y\n\r\n",
        "GET /peer HTTP/1.1\nhost: a\r\n\r\n",
        "POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\n",
        "POST /body HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
    ];
    for head in heads {
        for part in [1, 2, 3, head.len() - 3, head.len() - 1, head.len()] {
            let mut connection = connect(Limits::default(), None);
            let started = Instant::now();
            for part in head.as_bytes().chunks(part) {
                // The listener may have refused the head already.
                let _ = connection.client.write_all(part).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let response = connection.read_all().await;
            assert!(response.starts_with("HTTP/1.1 400 "), "{head:?} {part}: {response}");
            assert!(started.elapsed() < Duration::from_secs(1), "{head:?} {part}");
        }
    }
}
