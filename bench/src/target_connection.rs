//! A connection to a target, which is opened again for each request if the scenario demands it.

use crate::Result;
use crate::http::{Connection, Response};
use crate::target::Target;

/// A connection to a target. There is none after an overloaded server refused it.
pub(crate) struct TargetConnection {
    target: Target,
    connection: Option<Connection>,
}

impl TargetConnection {
    /// Opens the connection, unless each request has one of its own.
    pub(crate) async fn open(target: &Target) -> Result<Self> {
        let connection = if target.reconnects() { None } else { target.connect().await? };
        Ok(Self { target: target.clone(), connection })
    }

    /// Sends a request and waits for the complete response. Returns `None` if the server was
    /// overloaded and refused the connection.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Option<Response<'_>>> {
        if self.connection.is_none() || self.target.reconnects() {
            self.connection = self.target.connect().await?;
        }
        match &mut self.connection {
            Some(connection) => Ok(Some(connection.send(request).await?)),
            None => Ok(None),
        }
    }
}
