//! Requests and connections that an overloaded server refuses: they are repeated, for a minute.

use std::time::Duration;

use tokio::time::timeout;

use crate::Result;

/// The status with which an overloaded server refuses a request (RFC 9110 §15.6.4).
pub(crate) const OVERLOADED: u16 = 503;
/// A server that has not responded after this time hangs. It is far above the longest stall of a
/// disk, so that a slow machine alone is no failure.
pub(crate) const RESPONSE_MAX: Duration = Duration::from_secs(60);
/// The pause before a request is repeated that the server refused because it was overloaded.
pub(crate) const RETRY_AFTER: Duration = Duration::from_millis(200);
/// The number of attempts, a minute in all.
const ATTEMPTS_MAX: u32 = 300;

/// The refused attempts at a request.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    refused: u32,
}

impl Attempts {
    /// Waits before the next attempt.
    ///
    /// # Errors
    /// The server has refused the request for a minute.
    pub(crate) async fn wait(&mut self) -> Result<()> {
        self.refused += 1;
        if self.refused == ATTEMPTS_MAX {
            return Err("the server refuses every request as overloaded".into());
        }
        tokio::time::sleep(RETRY_AFTER).await;
        Ok(())
    }
}

/// Waits for a response.
///
/// # Errors
/// There is none, or the server hangs.
pub(crate) async fn in_time<T>(response: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(RESPONSE_MAX, response).await.map_err(|_| hangs())?
}

/// Returns the error of a server that does not respond.
pub(crate) fn hangs() -> crate::Error {
    format!("no response for {} seconds", RESPONSE_MAX.as_secs()).into()
}
