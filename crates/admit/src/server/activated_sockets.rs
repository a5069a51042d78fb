//! The sockets that systemd opened and passed to the service (`sd_listen_fds(3)`). They stay open
//! while the service restarts, so connections wait meanwhile.

use std::io;

use listener::Socket;
use listenfd::ListenFd;
use tokio::net::{TcpListener, UnixListener};

use crate::error::CommandError;

/// The sockets that are not used yet.
pub(crate) struct ActivatedSockets(ListenFd);

impl ActivatedSockets {
    /// Takes the sockets from the environment of the process.
    pub(crate) fn from_environment() -> Self {
        Self(ListenFd::from_env())
    }

    /// Takes the socket at a position, counted from 0.
    pub(super) fn take(&mut self, position: usize) -> Result<Socket, CommandError> {
        match self.try_take(position) {
            Ok(Some(socket)) => Ok(socket),
            Ok(None) => Err(CommandError::message(format!(
                "systemd has passed no socket {position} that is not used yet: the unit of the \
                 service needs a socket unit with that many `ListenStream=`, counted from 0, and \
                 must be started by it"
            ))),
            Err(error) => Err(CommandError::message(format!(
                "the socket {position} of systemd cannot be used: {error}"
            ))),
        }
    }

    fn try_take(&mut self, position: usize) -> io::Result<Option<Socket>> {
        if let Ok(Some(socket)) = self.0.take_tcp_listener(position) {
            socket.set_nonblocking(true)?;
            return Ok(Some(TcpListener::from_std(socket)?.into()));
        }
        let Some(socket) = self.0.take_unix_listener(position)? else { return Ok(None) };
        socket.set_nonblocking(true)?;
        Ok(Some(UnixListener::from_std(socket)?.into()))
    }
}
