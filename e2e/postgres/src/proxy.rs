//! A proxy that loses answers, or cuts the network.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// A proxy in front of a server. Dropping this value ends it, and its connections at their next
/// byte.
pub struct Proxy {
    address: SocketAddr,
    network: Arc<Network>,
    listener: JoinHandle<()>,
}

/// The state of the network behind a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NetworkState {
    /// Everything arrives.
    Whole = 0,
    /// Each tenth answer is lost with its connection. The server has done what it was asked for.
    LosesAnswers = 1,
    /// Nothing arrives, and no connection ends.
    Cut = 2,
}

#[derive(Default)]
struct Network {
    state: AtomicU8,
    answers: AtomicU32,
    lost: AtomicU32,
}

impl Proxy {
    /// Starts a proxy in front of a port of the loopback interface.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, network) = (listener.local_addr()?, Arc::new(Network::default()));
        let state = Arc::clone(&network);
        let listener = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, port, Arc::clone(&state)));
            }
        });
        Ok(Self { address, network, listener })
    }

    /// Returns the port on the loopback interface.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the number of answers that were lost.
    pub fn lost_answers(&self) -> u32 {
        self.network.lost.load(Ordering::Relaxed)
    }

    /// Changes the state of the network.
    pub fn set(&self, state: NetworkState) {
        self.network.state.store(state as u8, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Network {
    /// Waits while the network is cut. Returns whether an answer is lost.
    async fn pass(&self, is_answer: bool) -> bool {
        loop {
            let state = self.state.load(Ordering::Relaxed);
            if state == NetworkState::Cut as u8 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                continue;
            }
            let loses = state == NetworkState::LosesAnswers as u8 && is_answer;
            let is_lost = loses && self.answers.fetch_add(1, Ordering::Relaxed).is_multiple_of(10);
            self.lost.fetch_add(u32::from(is_lost), Ordering::Relaxed);
            return is_lost;
        }
    }
}

async fn serve(client: TcpStream, port: u16, network: Arc<Network>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::join!(
        copy(from_client, to_server, &network, false),
        copy(from_server, to_client, &network, true),
    );
}

/// Copies until one side ends or an answer is lost. Both directions then end.
async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, network: &Network, is_answer: bool) {
    let mut buffer = vec![0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer.get(..length).unwrap_or_default();
        if network.pass(is_answer).await || to.write_all(bytes).await.is_err() {
            break;
        }
    }
    to.shutdown().await.ok();
}
