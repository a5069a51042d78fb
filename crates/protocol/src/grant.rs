//! The grant types (RFC 6749 §4): each fills in only what is its own.

use std::future::Future;

use catalogue::Refusal;
use model::{Client, Fault, GrantId, Store, UserId};

use crate::{Checks, context::Context, decision::Decision, form::Form};

mod authorization_code;
mod client_credentials;
mod refresh_token;
mod standing;

pub(crate) use refresh_token::is_idle;
pub(crate) use standing::revocation;

/// The grant type with which a client asks for itself, and no person stands behind it.
pub(crate) const FOR_ITSELF: &str = client_credentials::ClientCredentials::NAME;

/// One way to come to an entitlement. Client authentication, scopes, sender constraint, minting
/// and recording are the token endpoint's phases, shared by all: a grant type cannot forget one.
pub trait GrantType: Sized + Clone + Send + Sync {
    /// `grant_type` on the wire.
    const NAME: &'static str;
    /// What the rule must know.
    type Facts: Send;

    /// Takes the grant type's own parameters.
    ///
    /// # Errors
    /// One is missing, malformed, or not ours.
    fn parse(form: &Form, context: &Context<'_>, checks: &mut Checks) -> Result<Self, Refusal>;

    /// Reads the few facts that the rule needs.
    fn gather(
        &self,
        store: &dyn Store,
        context: &Context<'_>,
    ) -> impl Future<Output = Result<Self::Facts, Fault>> + Send;

    /// The grant that the request is about, where its own parameters name one.
    fn grant(&self) -> Option<GrantId> {
        None
    }

    /// The person whom the request is about.
    fn person(_facts: &Self::Facts) -> Option<UserId> {
        None
    }

    /// The rule.
    fn decide(
        self,
        facts: Self::Facts,
        client: &Client,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Decision;
}

/// Names the grant types once; dispatch, discovery and registration follow from it.
macro_rules! grant_types {
    ($($module:ident::$name:ident),+ $(,)?) => {
        /// Every grant type that the token endpoint knows, by its name on the wire.
        pub const NAMES: &[&str] = &[$(<$module::$name as GrantType>::NAME),+];

        /// Hands the exchange to the grant type with this name.
        pub(crate) async fn dispatch(
            name: &str,
            exchange: &crate::token::Exchange<'_>,
            account: &mut crate::token::Account,
        ) -> Result<crate::Entitlement, crate::Failure> {
            match name {
                $(<$module::$name as GrantType>::NAME => {
                    exchange.redeem::<$module::$name>(account).await
                })+
                other => Err(catalogue::refusal::grant_type_not_supported(other).into()),
            }
        }
    };
}

grant_types! {
    authorization_code::AuthorizationCode,
    client_credentials::ClientCredentials,
    refresh_token::RefreshTokenGrant,
}
