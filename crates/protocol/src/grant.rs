//! The grant types (RFC 6749 §4). Each implements only what differs from the others.

use std::future::Future;

use catalogue::Refusal;
use model::{Client, Fault, GrantId, TenantStore, UserId};

use crate::{Checks, context::RuleContext, decision::Decision, parameters::Parameters};

pub(crate) mod authorization_code;
mod client_credentials;
mod refresh_token;
mod user_grant;

pub(crate) use authorization_code::AuthorizationCodeGrant;
pub(crate) use client_credentials::ClientCredentialsGrant;
pub(crate) use refresh_token::{RefreshTokenGrant, check_active, replaced};
pub(crate) use user_grant::{before_revocation, check_user, revocation};

/// A grant type. Client authentication, scopes, sender constraint and minting are phases of the
/// token endpoint, so no grant type can omit them.
pub(crate) trait GrantType: Sized + Send + Sync {
    /// The value of `grant_type`.
    const NAME: &'static str;
    /// The inputs of the rule.
    type Inputs: Send;

    /// Parses the parameters that only this grant type has.
    ///
    /// # Errors
    /// A parameter is missing, malformed, or was not issued by this tenant.
    fn parse(
        parameters: &Parameters,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<Self, Refusal>;

    /// Reads the inputs of the rule from the store.
    fn gather(
        &self,
        store: TenantStore<'_>,
    ) -> impl Future<Output = Result<Self::Inputs, Fault>> + Send;

    /// Returns the grant that the parameters name, if they name one.
    fn grant(&self) -> Option<GrantId> {
        None
    }

    /// Returns the user for whom tokens are requested, if there is one.
    fn user(_inputs: &Self::Inputs) -> Option<UserId> {
        None
    }

    /// Applies the rule.
    fn decide(
        &self,
        inputs: Self::Inputs,
        client: &Client,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Decision;
}

/// Passes the list of grant types to a macro: the only place that names them all.
macro_rules! with_grant_types {
    ($macro:ident) => {
        $macro! { AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant }
    };
}
pub(crate) use with_grant_types;

macro_rules! names {
    ($($grant:ident),+ $(,)?) => {
        /// The name of every grant type of the token endpoint.
        pub const NAMES: &[&str] = &[$(<$grant as GrantType>::NAME),+];
    };
}

with_grant_types!(names);

/// The name of the grant type by which a client gets tokens for itself, without a user.
pub(crate) const CLIENT_CREDENTIALS: &str = ClientCredentialsGrant::NAME;
