//! Client authentication (RFC 6749 §2.3, RFC 7523, OpenID Connect Core §9).

use std::sync::Arc;

use catalogue::{Comparison, Difference, REDACTED, Refusal, refusal};
use model::{Client, ClientId, TenantStore};

use crate::{
    Checks, Error, OneTimeValue, RequestSummary, UnspentValues, context::RuleContext, difference,
    grant, parameters::Parameters, request_head::RequestHead,
};

mod mismatch;
mod none;
mod presented_secret;
mod private_key_jwt;
mod secret;
mod secret_basic;
mod secret_post;
mod unknown_client;

pub use private_key_jwt::SKEW as ASSERTION_SKEW;
use unknown_client::{is_id, swapped_with_secret, wrapped};
pub(crate) use unknown_client::{not_found, switched_off};

/// A client authentication method.
trait Method: Sized {
    /// The name in metadata (`token_endpoint_auth_methods_supported`).
    const NAME: &'static str;

    /// Extracts the credential from a request, if the request uses this method.
    fn extract(head: &RequestHead<'_>, parameters: &Parameters) -> Result<Option<Self>, Refusal>;

    /// Returns the client id that the credential claims.
    fn client_id(&self) -> &str;

    /// Returns the client secret, if the method sends one.
    fn secret(&self) -> Option<&str> {
        None
    }

    /// Verifies the credential. `client` is `None` if the client is unknown.
    fn verify(
        &self,
        client: Option<&Client>,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<VerifiedCredential, Refusal>;
}

/// The result of a successful verification.
struct VerifiedCredential {
    /// The claim `azpacr` of tokens: 0 for a public client, 1 for a secret, 2 for a key.
    azpacr: &'static str,
    /// The one-time value to spend before anything is issued.
    one_time_value: Option<OneTimeValue>,
}

/// Names the methods once; extraction, verification and discovery follow from the list.
macro_rules! methods {
    ($($module:ident::$name:ident),+ $(,)?) => {
        /// The name in metadata of every method that clients may use.
        pub const NAMES: &[&str] = &[$(<$module::$name as Method>::NAME),+, none::NAME];

        enum Credential {
            $($name($module::$name)),+
        }

        impl Credential {
            fn extract_all(
                head: &RequestHead<'_>,
                parameters: &Parameters,
            ) -> Result<Vec<Self>, Refusal> {
                let mut credentials = Vec::new();
                $(credentials.extend($module::$name::extract(head, parameters)?.map(Self::$name));)+
                Ok(credentials)
            }

            const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$module::$name as Method>::NAME),+ }
            }

            fn client_id(&self) -> &str {
                match self { $(Self::$name(method) => method.client_id()),+ }
            }

            fn secret(&self) -> Option<&str> {
                match self { $(Self::$name(method) => method.secret()),+ }
            }

            fn verify(
                &self,
                client: Option<&Client>,
                context: &RuleContext<'_>,
                checks: &mut Checks,
            ) -> Result<VerifiedCredential, Refusal> {
                match self { $(Self::$name(method) => method.verify(client, context, checks)),+ }
            }
        }
    };
}

methods! {
    secret_basic::SecretBasic,
    secret_post::SecretPost,
    private_key_jwt::PrivateKeyJwt,
}

/// The client id and credential of a request, not yet verified.
pub struct ClientAuthentication {
    client_id: ClientId,
    /// Characters that pasting left around the client id. Such a client is not found, whatever is
    /// registered.
    id_wrapping: Option<Difference>,
    credential: Option<Credential>,
    is_client_credentials: bool,
}

/// A client that authenticated, or a public client, which cannot. Only
/// [`ClientAuthentication::verify`] creates one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    azpacr: &'static str,
}

impl ClientAuthentication {
    /// Extracts the client id and the credential from a request.
    ///
    /// # Errors
    /// The request names no client or several, has several credentials, or a malformed one.
    pub fn extract(head: &RequestHead<'_>, parameters: &Parameters) -> Result<Self, Refusal> {
        if head.authorization.len() > 1 {
            let comparison = Comparison::mismatch("Authorization", 1, head.authorization.len());
            return Err(refusal::several_authorization_headers().with(comparison));
        }
        let mut credentials = Credential::extract_all(head, parameters)?.into_iter();
        let credential = credentials.next();
        if let (Some(first), Some(second)) = (&credential, credentials.next()) {
            return Err(several(first, &second));
        }
        let claimed = match (&credential, parameters.get("client_id")) {
            // Id and secret may be swapped in the header: `authenticate` refuses that.
            (Some(credential), Some(named))
                if credential.client_id() != named && credential.secret() != Some(named) =>
            {
                let authenticated = credential.client_id();
                let comparison = Comparison::mismatch("client_id", authenticated, named)
                    .with_difference(difference::spelling(named, authenticated));
                return Err(refusal::client_id_mismatch(named, authenticated).with(comparison));
            }
            (Some(credential), _) => credential.client_id(),
            (None, Some(named)) => named,
            (None, None) => "",
        };
        if claimed.is_empty() {
            return Err(parameters.missing("client_id"));
        }
        let without_wrapping = || ClientId::new(difference::unwrapped(claimed));
        let client_id = ClientId::new(claimed).or_else(without_wrapping).ok_or_else(|| {
            // If the request has a secret, this text may be the secret, sent as the id.
            let has_secret = credential.as_ref().is_some_and(|it| it.secret().is_some());
            let sent = if has_secret { REDACTED } else { claimed };
            let comparison = Comparison::new("client_id").received(sent);
            refusal::client_not_found(sent)
                .with(comparison.with_difference(Difference::new("no_client_id")))
        })?;
        let is_client_credentials = parameters.get("grant_type") == Some(grant::CLIENT_CREDENTIALS);
        let id_wrapping = difference::wrapping(claimed).filter(|_| client_id.as_str() != claimed);
        Ok(Self { client_id, id_wrapping, credential, is_client_credentials })
    }

    /// Returns the client id of the request.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Reads the client from the store and verifies its credential. Fills in the summary, also if
    /// the credential is refused.
    ///
    /// # Errors
    /// As [`Self::verify`], or the store cannot be read.
    pub async fn authenticate(
        &self,
        store: TenantStore<'_>,
        context: &RuleContext<'_>,
        summary: &mut RequestSummary,
    ) -> Result<(AuthenticatedClient, UnspentValues), Error> {
        summary.client = Some(self.client_id.clone());
        let client = match self.id_wrapping {
            Some(_) => None,
            None => store.client(&self.client_id).await?,
        };
        summary.client_is_unknown = client.is_none() && self.id_wrapping.is_none();
        let secret = self.credential.as_ref().and_then(Credential::secret);
        if let (None, Some(secret)) = (&client, secret) {
            let swapped = ClientId::new(secret).filter(|id| *id != self.client_id);
            if let Some(swapped) = swapped {
                summary.swapped_client_is_registered = store.client(&swapped).await?.is_some();
                let looks_swapped = is_id(secret) && !is_id(self.client_id.as_str());
                if summary.swapped_client_is_registered || looks_swapped {
                    summary.client = Some(swapped);
                    summary.client_is_unknown = !summary.swapped_client_is_registered;
                    return Err(swapped_with_secret().into());
                }
            }
        }
        Ok(self.verify(client, context, &mut summary.checks)?)
    }

    /// Verifies the credential. Returns the client and the one-time value to spend.
    ///
    /// # Errors
    /// The client is unknown or disabled, or its credential is missing, wrong, expired or of
    /// another method than the client is registered for.
    pub fn verify(
        &self,
        client: Option<Arc<Client>>,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<(AuthenticatedClient, UnspentValues), Refusal> {
        if client.is_some() {
            checks.pass("client_known");
        }
        let credential = self.credential.as_ref();
        let verified = credential.map(|it| it.verify(client.as_deref(), context, checks));
        let client = client.ok_or_else(|| match &self.id_wrapping {
            Some(wrapping) => wrapped(&self.client_id, wrapping),
            None => not_found(self.client_id.as_str(), context),
        })?;
        let verified = match verified {
            Some(_) if client.public => {
                let sent = credential.map_or(none::NAME, Credential::name);
                let comparison = Comparison::mismatch("client_authentication", none::NAME, sent);
                return Err(refusal::public_client_sent_credential(&client.name).with(comparison));
            }
            Some(verified) => verified?,
            None if client.public => none::verified(),
            None => {
                let name = &client.name;
                // Without a user, the credential is the only authentication.
                let refusal = if self.is_client_credentials {
                    refusal::client_credentials_unauthenticated(name)
                } else {
                    refusal::client_credential_missing(name)
                };
                return Err(refusal.with(mismatch::registered(&client).received(none::NAME)));
            }
        };
        checks.pass("client_authentication");
        if client.enabled {
            checks.pass("client_enabled");
            let client = AuthenticatedClient { client, azpacr: verified.azpacr };
            Ok((client, UnspentValues::new(verified.one_time_value)))
        } else if client.public {
            // A public client is not authenticated, so the response must not reveal that it exists.
            Err(switched_off(self.client_id.as_str()))
        } else {
            let comparison = Comparison::new("client_id").received(&client.id);
            Err(refusal::client_disabled(&client.name)
                .with(comparison.with_difference(Difference::new("switched_off"))))
        }
    }
}

fn several(first: &Credential, second: &Credential) -> Refusal {
    let (first, second) = (first.name(), second.name());
    refusal::several_client_authentications().with(Comparison::mismatch(
        "client_authentication",
        "one method",
        format!("{first} and {second}"),
    ))
}

impl AuthenticatedClient {
    /// Returns the registration of the client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the claim `azpacr` of tokens: 0 for a public client, 1 for a secret, 2 for a key.
    pub const fn azpacr(&self) -> &'static str {
        self.azpacr
    }
}
