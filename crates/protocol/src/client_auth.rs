//! Client authentication (RFC 6749 §2.3, RFC 7523, OpenID Connect Core §9).

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, WITHHELD, refusal};
use model::{Client, ClientId, Store};

use crate::{
    Checks, Failure, Once, context::Context, difference, form::Form, grant, request::Head,
    token::Account,
};

mod nearest;
mod none;
mod private_key_jwt;
mod secret;
mod secret_basic;
mod secret_post;

pub use private_key_jwt::SKEW as ASSERTION_SKEW;

/// One way for a client to prove itself.
trait Method: Sized {
    /// Its name in metadata (`token_endpoint_auth_methods_supported`).
    const NAME: &'static str;

    /// What the request carries for this method, if it carries anything.
    fn find(head: &Head<'_>, form: &Form) -> Result<Option<Self>, Refusal>;

    /// Which client it claims to be.
    fn client_id(&self) -> &str;

    /// The secret that it carries, if that is how it proves it.
    fn secret(&self) -> Option<&str> {
        None
    }

    /// Whether the proof is good for the client; `None` where no such client is there, which must
    /// take as long.
    fn check(
        &self,
        client: Option<&Client>,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Result<Proof, Refusal>;
}

/// A proof that was good.
struct Proof {
    /// `azpacr` of tokens: 0 for a public client, 1 for a secret, 2 for a key.
    strength: &'static str,
    /// The one-time value that must be remembered before anything is given.
    once: Option<Once>,
}

/// Names the methods once; finding, checking and discovery follow from it.
macro_rules! methods {
    ($($module:ident::$name:ident),+ $(,)?) => {
        /// Every method that clients may use, by its name in metadata.
        pub const NAMES: &[&str] = &[$(<$module::$name as Method>::NAME),+, none::NAME];

        enum Credential {
            $($name($module::$name)),+
        }

        impl Credential {
            fn find_all(head: &Head<'_>, form: &Form) -> Result<Vec<Self>, Refusal> {
                let mut found = Vec::new();
                $(found.extend($module::$name::find(head, form)?.map(Self::$name));)+
                Ok(found)
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

            fn check(
                &self,
                client: Option<&Client>,
                context: &Context<'_>,
                checks: &mut Checks,
            ) -> Result<Proof, Refusal> {
                match self { $(Self::$name(method) => method.check(client, context, checks)),+ }
            }
        }
    };
}

methods! {
    secret_basic::SecretBasic,
    secret_post::SecretPost,
    private_key_jwt::PrivateKeyJwt,
}

/// What a request says about its client, before anything is believed.
pub struct Presented {
    client_id: ClientId,
    credential: Option<Credential>,
    for_itself: bool,
}

/// A client that proved itself, or that is public and cannot. Made by [`Presented::check`] only.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    strength: &'static str,
}

impl Presented {
    /// Finds out who the request says it is from, and with what it proves it.
    ///
    /// # Errors
    /// No client is named, several are, several proofs are sent, or one has a wrong form.
    pub fn find(head: &Head<'_>, form: &Form) -> Result<Self, Refusal> {
        if head.authorization.len() > 1 {
            let fact = Fact::mismatch("Authorization", 1, head.authorization.len());
            return Err(refusal::several_authorization_headers().with(fact));
        }
        let mut found = Credential::find_all(head, form)?.into_iter();
        let credential = found.next();
        if let (Some(first), Some(second)) = (&credential, found.next()) {
            return Err(several(first, &second));
        }
        let claimed = match (&credential, form.get("client_id")) {
            // Id and secret may have changed places in the header: see `prove`.
            (Some(credential), Some(named))
                if credential.client_id() != named && credential.secret() != Some(named) =>
            {
                let proven = credential.client_id();
                let fact = Fact::mismatch("client_id", proven, named)
                    .differing(difference::spelling(named, proven));
                return Err(refusal::client_id_mismatch(named, proven).with(fact));
            }
            (Some(credential), _) => credential.client_id(),
            (None, Some(named)) => named,
            (None, None) => "",
        };
        if claimed.is_empty() {
            return Err(form.missing("client_id"));
        }
        let client_id = ClientId::new(claimed).ok_or_else(|| {
            // Beside what was sent as the secret, it may be the secret.
            let has_secret = credential.as_ref().is_some_and(|it| it.secret().is_some());
            let sent = if has_secret { WITHHELD } else { claimed };
            let fact = Fact::about("client_id").received(sent);
            refusal::client_not_found(sent).with(fact.differing(Difference::of("no_client_id")))
        })?;
        let for_itself = form.get("grant_type") == Some(grant::FOR_ITSELF);
        Ok(Self { client_id, credential, for_itself })
    }

    /// Which client it claims to be.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Gathers the client and checks its proof; the account says who claims to ask, and how far
    /// it came, also where the proof fails.
    ///
    /// # Errors
    /// See [`Self::check`], or the store cannot be read.
    pub async fn prove(
        &self,
        store: &dyn Store,
        context: &Context<'_>,
        account: &mut Account,
    ) -> Result<(AuthenticatedClient, Option<Once>), Failure> {
        account.client = Some(self.client_id.clone());
        let tenant = context.realm.tenant.id;
        let client = store.client(tenant, &self.client_id).await?;
        let secret = self.credential.as_ref().and_then(Credential::secret);
        if let (None, Some(secret)) = (&client, secret) {
            let meant = ClientId::new(secret).filter(|id| *id != self.client_id);
            if let Some(meant) = meant {
                account.is_meant = store.client(tenant, &meant).await?.is_some();
                if account.is_meant || is_id(secret) && !is_id(self.client_id.as_str()) {
                    account.client = Some(meant);
                    return Err(swapped().into());
                }
            }
        }
        Ok(self.check(client, context, &mut account.checks)?)
    }

    /// Whether the proof is good, and the one-time value to remember if it is.
    ///
    /// # Errors
    /// The client is unknown or switched off, or the proof is missing, wrong, or not for it.
    pub fn check(
        &self,
        client: Option<Arc<Client>>,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Result<(AuthenticatedClient, Option<Once>), Refusal> {
        if client.is_some() {
            checks.pass("client_known");
        }
        let credential = self.credential.as_ref();
        let proof = credential.map(|sent| sent.check(client.as_deref(), context, checks));
        let client = client.ok_or_else(|| not_found(self.client_id.as_str(), context))?;
        let proof = match proof {
            Some(_) if client.public => {
                let sent = credential.map_or(none::NAME, Credential::name);
                let fact = Fact::mismatch("client_authentication", none::NAME, sent);
                return Err(refusal::public_client_sent_credential(&client.name).with(fact));
            }
            Some(proof) => proof?,
            None if client.public => none::proof(),
            // No person stands behind this one: the credential is all that there is.
            None if self.for_itself => {
                let fact = nearest::registered(&client).received(none::NAME);
                return Err(refusal::credential_for_itself_missing(&client.name).with(fact));
            }
            None => {
                let fact = nearest::registered(&client).received(none::NAME);
                return Err(refusal::client_credential_missing(&client.name).with(fact));
            }
        };
        checks.pass("client_authentication");
        if client.enabled {
            checks.pass("client_enabled");
            Ok((AuthenticatedClient { client, strength: proof.strength }, proof.once))
        } else if client.public {
            // Whoever proved nothing learns nothing that the authorization endpoint hides.
            Err(switched_off(self.client_id.as_str()))
        } else {
            let fact = Fact::about("client_id").received(&client.id);
            Err(refusal::client_disabled(&client.name)
                .with(fact.differing(Difference::of("switched_off"))))
        }
    }
}

fn is_id(text: &str) -> bool {
    difference::kind_of(text) == Some("id_sent")
}

/// What stands in the place of the id is the secret: it is not said.
fn swapped() -> Refusal {
    let fact = Fact::about("client_id").differing(Difference::of("swapped_with_secret"));
    refusal::client_not_found(WITHHELD).with(fact)
}

/// The same to strangers as no such client.
pub(crate) fn switched_off(sent: &str) -> Refusal {
    let fact = Fact::about("client_id").differing(Difference::of("switched_off"));
    refusal::client_not_found(sent).with(fact.for_operators())
}

/// No such client, and what the id is in place of one, where that can be told.
pub(crate) fn not_found(sent: &str, context: &Context<'_>) -> Refusal {
    let tenant = &context.realm.tenant;
    let kind = if sent.eq_ignore_ascii_case(&tenant.id.to_string()) {
        Some(Difference::of("id_of_tenant"))
    } else if sent.eq_ignore_ascii_case(&tenant.name) {
        Some(Difference::of("name_of_tenant"))
    } else {
        difference::wrapping(sent).or_else(|| decoded_id(sent))
    };
    refusal::client_not_found(sent).with(Fact::about("client_id").received(sent).differing(kind))
}

fn decoded_id(sent: &str) -> Option<Difference> {
    difference::decoded(sent).map(|_| Difference::of("encoded_twice"))
}

fn several(first: &Credential, second: &Credential) -> Refusal {
    let (first, second) = (first.name(), second.name());
    refusal::several_client_authentications().with(Fact::mismatch(
        "client_authentication",
        "one method",
        format!("{first} and {second}"),
    ))
}

impl AuthenticatedClient {
    /// The client's registration.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// `azpacr` of tokens: 0 for a public client, 1 for a secret, 2 for a key.
    pub const fn strength(&self) -> &'static str {
        self.strength
    }
}
