//! The socket of a listener: TCP or UNIX.

use std::{io, net::IpAddr};

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::peer::Peer;

/// A bound socket.
#[derive(Debug)]
pub enum Socket {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A UNIX socket. Its file is not deleted.
    Unix(UnixListener),
}

/// A connection that was accepted.
pub(crate) enum Accepted {
    Tcp(TcpStream, Peer),
    Unix(UnixStream),
}

impl Socket {
    /// Returns the local IP address of a TCP socket.
    pub(crate) fn local_address(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(socket) => socket.local_addr().ok().map(|address| address.ip()),
            Self::Unix(_) => None,
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Accepted> {
        match self {
            Self::Tcp(socket) => {
                let (stream, address) = socket.accept().await?;
                Ok(Accepted::Tcp(stream, Peer { address: address.ip().to_canonical() }))
            }
            Self::Unix(socket) => Ok(Accepted::Unix(socket.accept().await?.0)),
        }
    }
}

impl Accepted {
    pub(crate) fn peer(&self) -> Option<Peer> {
        match self {
            Self::Tcp(_, peer) => Some(*peer),
            Self::Unix(_) => None,
        }
    }
}

impl From<TcpListener> for Socket {
    fn from(socket: TcpListener) -> Self {
        Self::Tcp(socket)
    }
}

impl From<UnixListener> for Socket {
    fn from(socket: UnixListener) -> Self {
        Self::Unix(socket)
    }
}
