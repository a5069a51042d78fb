//! A proxy between a node and the database that loses a commit or its answer.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    select,
};

/// The message with which the driver commits: its type, its length and the statement.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// A part of a commit that is lost. The connection is then closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// The database never receives it.
    Request,
    /// The node never receives the answer.
    Answer,
}

/// A running proxy.
pub(super) struct CommitProxy {
    port: u16,
    loss: Arc<Mutex<Option<Loss>>>,
}

impl CommitProxy {
    /// Starts a proxy in front of a server.
    pub(super) async fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let loss = Arc::default();
        let of_connections = Arc::clone(&loss);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server_port, Arc::clone(&of_connections)));
            }
        });
        Self { port, loss }
    }

    /// Returns the port on the loopback interface.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Returns whether the commit was lost that the last call of [`Self::lose_next`] announced.
    pub(super) fn has_lost(&self) -> bool {
        self.loss.lock().is_none()
    }

    /// Loses the next commit.
    pub(super) fn lose_next(&self, loss: Loss) {
        *self.loss.lock() = Some(loss);
    }
}

async fn forward(mut client: TcpStream, port: u16, loss: Arc<Mutex<Option<Loss>>>) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut sent, mut answered) = (Vec::new(), Vec::new());
    loop {
        select! {
            Ok(1..) = client.read_buf(&mut sent) => {
                let loss = if sent.ends_with(COMMIT) { loss.lock().take() } else { None };
                if loss == Some(Loss::Request) {
                    return;
                }
                server.write_all(&sent).await.unwrap();
                sent.clear();
                if loss == Some(Loss::Answer) {
                    assert_ne!(server.read_buf(&mut answered).await.unwrap(), 0);
                    return;
                }
            }
            Ok(1..) = server.read_buf(&mut answered) => {
                client.write_all(&answered).await.ok();
                answered.clear();
            }
            else => return,
        }
    }
}
