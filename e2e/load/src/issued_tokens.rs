//! A code and the tokens that a client got for it, which are checked after a crash.

use std::time::{Duration, Instant};

use crate::client::{App, TokenError};
use crate::http::Connection;
use crate::{Result, clock};

/// A code, and the state of its grant as far as the service acknowledged it.
#[derive(Clone)]
pub(crate) struct IssuedTokens {
    pub(crate) app: App,
    code: String,
    /// The last refresh token. `None` if there was no response to the redemption of the code.
    refresh_token: Option<String>,
    /// A refresh token that was replaced before the last one, if the client's tokens rotate.
    replaced: Option<String>,
    /// When a refresh had no response. The service may have replaced the last token.
    unanswered_at: Option<Instant>,
    revocation: Revocation,
}

/// The service answers a repeated refresh for ten seconds ([`model::Grant::GRACE`]). On a slow
/// machine, the repetition may come later.
const REPEATED_WITHIN: Duration = Duration::from_secs(8);
/// The error number of a refresh token that was replaced.
const REPLACED: u32 = 88_000_062;

/// Whether the client revoked the refresh token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Revocation {
    NotSent,
    Unanswered,
    Acknowledged,
}

impl IssuedTokens {
    pub(crate) const fn new(app: App, code: String) -> Self {
        let (refresh_token, replaced, unanswered_at) = (None, None, None);
        let revocation = Revocation::NotSent;
        Self { app, code, refresh_token, replaced, unanswered_at, revocation }
    }

    /// Redeems the code, refreshes twice, and then revokes the token if `revoke` is set.
    pub(crate) async fn use_code(
        &mut self,
        connection: &mut Connection,
        revoke: bool,
    ) -> Result<()> {
        let mut response = self.app.redeem(connection, &self.code).await?;
        for _ in 0..2 {
            let tokens = response.map_err(|error| format!("{error:?}"))?;
            self.remember(tokens.refresh_token.clone());
            let refreshed = self.app.refresh(connection, &tokens.refresh_token).await;
            self.unanswered_at = refreshed.is_err().then(clock::now);
            response = refreshed?;
        }
        let tokens = response.map_err(|error| format!("{error:?}"))?;
        self.remember(tokens.refresh_token.clone());
        if revoke {
            self.revocation = Revocation::Unanswered;
            self.app.revoke(connection, &tokens.refresh_token).await?;
            self.revocation = Revocation::Acknowledged;
        }
        Ok(())
    }

    fn remember(&mut self, refresh_token: String) {
        let earlier = self.refresh_token.replace(refresh_token);
        self.replaced = earlier.filter(|earlier| Some(earlier) != self.refresh_token.as_ref());
    }

    /// Returns whether the client revoked the token. The revocation may be unanswered.
    pub(crate) fn is_revoked(&self) -> bool {
        self.revocation != Revocation::NotSent
    }

    /// Returns whether there was no response to the redemption of the code.
    pub(crate) const fn is_unanswered(&self) -> bool {
        self.refresh_token.is_none()
    }

    /// Checks that the grant is still active.
    pub(crate) async fn check_active(&self, connection: &mut Connection) -> Result<()> {
        let token = self.refresh_token.as_deref().unwrap_or_default();
        if self.app.is_active(connection, token).await? {
            Ok(())
        } else {
            Err("a grant of an earlier round is not active".into())
        }
    }

    /// Checks that a token whose revocation was acknowledged is refused.
    pub(crate) async fn check_revoked(&self, connection: &mut Connection) -> Result<()> {
        let token = self.refresh_token.as_deref().unwrap_or_default();
        match self.app.refresh(connection, token).await? {
            Ok(_) if self.revocation == Revocation::Acknowledged => {
                Err("a revoked token was accepted".into())
            }
            Err(error) if error.error != "invalid_grant" => Err(format!("{error:?}").into()),
            _ => Ok(()),
        }
    }

    /// Refreshes a grant whose last response was acknowledged. Returns `None` if an unanswered
    /// refresh is repeated too late.
    pub(crate) async fn refresh(mut self, connection: &mut Connection) -> Result<Option<Self>> {
        let token = self.refresh_token.clone().unwrap_or_default();
        let is_late = self.unanswered_at.is_some_and(|at| at.elapsed() > REPEATED_WITHIN);
        match self.app.refresh(connection, &token).await? {
            Ok(tokens) => {
                self.refresh_token = Some(tokens.refresh_token);
                Ok(Some(self))
            }
            Err(error) if is_late && error.error_codes.contains(&REPLACED) => Ok(None),
            Err(error) => Err(format!("an acknowledged grant: {error:?}").into()),
        }
    }

    /// Replays the replaced refresh token, or else the code. Both must be refused, and revoke the
    /// grant.
    pub(crate) async fn replay(&self, connection: &mut Connection) -> Result<()> {
        let response = match &self.replaced {
            Some(token) => self.app.refresh(connection, token).await?,
            None => self.app.redeem(connection, &self.code).await?,
        };
        match response {
            Ok(_) => return Err("a used code or token worked again".into()),
            Err(error) => check_replay(&error)?,
        }
        let token = self.refresh_token.as_deref().unwrap_or_default();
        match self.app.refresh(connection, token).await? {
            Ok(_) => Err("a replay did not revoke its grant".into()),
            Err(_) => Ok(()),
        }
    }

    /// Redeems a code twice whose first redemption had no response. It must succeed at most once.
    pub(crate) async fn redeem_twice(&self, connection: &mut Connection) -> Result<()> {
        let first = self.app.redeem(connection, &self.code).await?;
        let second = self.app.redeem(connection, &self.code).await?;
        match (first, second) {
            (_, Ok(_)) => Err("a code whose redemption had no response was redeemed twice".into()),
            (Err(error), _) if error.error != "invalid_grant" => Err(format!("{error:?}").into()),
            _ => Ok(()),
        }
    }
}

fn check_replay(error: &TokenError) -> Result<()> {
    if error.error != "invalid_grant" {
        return Err(format!("a replay was refused with {error:?}").into());
    }
    // An expired code proves nothing about the stored redemption.
    if error.error_codes.contains(&70008) {
        return Err("the code expired before it was replayed".into());
    }
    Ok(())
}
