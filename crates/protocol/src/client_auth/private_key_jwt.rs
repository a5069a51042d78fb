//! `private_key_jwt`: an assertion signed with a registered key (RFC 7523, OpenID Connect Core §9),
//! with all the liberties that Microsoft's clients take.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{Algorithm, Compact, Header, Padding, UnknownAlgorithm, VerifyError, VerifyingKey};
use model::{Client, Seconds};

use super::{Method, Proof};
use crate::{
    Checks,
    context::Context,
    difference::{self, jws, list},
    form::Form,
    request::Head,
};
use claims::{check_audience, check_issuer, check_times, missing, once, skew};
use key::registered_key;

mod claims;
mod key;
mod nearest;

/// `client_assertion_type` of RFC 7523 §2.2.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest assertion, in bytes: room for a chain of certificates in its header.
const BYTES_MAX: usize = 8 * 1024;
/// Clocks may differ by so much.
pub const SKEW: Seconds = Seconds::new(60);
/// A clock that differs by more will be refused one day.
const SKEW_LARGE: Seconds = Seconds::new(30);
/// No assertion is good for longer: azure-identity asks for 30 minutes.
const LIFETIME_MAX: Seconds = Seconds::hours(1);

/// An assertion among the parameters.
pub(super) struct PrivateKeyJwt {
    client_id: String,
    assertion: String,
}

impl Method for PrivateKeyJwt {
    const NAME: &'static str = "private_key_jwt";

    fn find(_head: &Head<'_>, form: &Form) -> Result<Option<Self>, Refusal> {
        let (assertion, kind) = (form.get("client_assertion"), form.get("client_assertion_type"));
        let (assertion, kind) = match (assertion, kind) {
            (None, None) => return Ok(None),
            (Some(assertion), Some(kind)) => (assertion, kind),
            (None, Some(_)) => return Err(form.missing("client_assertion")),
            (Some(_), None) => return Err(form.missing("client_assertion_type")),
        };
        if kind != TYPE {
            let fact = Fact::mismatch("client_assertion_type", TYPE, kind)
                .differing(difference::named(kind, [TYPE]));
            return Err(refusal::assertion_type_not_supported(kind).with(fact));
        }
        let claimed = Compact::parse(assertion, BYTES_MAX, Padding::Tolerated)
            .map_err(|error| malformed(jws::form(&error)))?;
        let claims = jose::json::object(claimed.unverified_payload())
            .map_err(|error| malformed(jws::detail(error)))?;
        let subject = claims::text(&claims, "sub").ok_or_else(|| missing("sub", &claims))?;
        Ok(Some(Self { client_id: subject.to_owned(), assertion: assertion.to_owned() }))
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn check(
        &self,
        client: Option<&Client>,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Result<Proof, Refusal> {
        let client = client.ok_or_else(|| refusal::client_not_found(&self.client_id))?;
        let compact = Compact::parse(&self.assertion, BYTES_MAX, Padding::Tolerated)
            .map_err(|error| malformed(jws::form(&error)))?;
        checks.pass("assertion_form");
        checks.note("assertion_type", check_header(compact.header()))?;
        let key = registered_key(client, compact.header(), context);
        let (key, end) = checks.note("assertion_key", key)?;
        if let Some(end) = end {
            checks.warn_of_end("key_expires", end, context.now);
        }
        let verified = compact.verify(&key).map_err(|error| self.unverified(&error, client, &key));
        let claims = checks.note("assertion_signature", verified)?.claims();
        let claims = claims.map_err(|error| malformed(jws::detail(error)))?;
        checks.note("assertion_issuer", check_issuer(&claims, client))?;
        checks.note("assertion_audience", check_audience(&claims, context))?;
        let expires = checks.note("assertion_time", check_times(&claims, context.now))?;
        if let Some(skew) = skew(&claims, expires, context.now) {
            checks.warn("clock_skew", skew);
        }
        let once = checks.note("assertion_id", once(&claims, client, context, expires))?;
        Ok(Proof { strength: "2", once: Some(once) })
    }
}

/// Only what is meant as an assertion: not an ID token, not an access token (RFC 8725 §3.11).
fn check_header(header: &Header) -> Result<(), Refusal> {
    match header.typ.as_deref() {
        Some(typ) if !typ.eq_ignore_ascii_case("JWT") && typ != "client-authentication+jwt" => {
            let kind = match typ {
                "at+jwt" => Some(Difference::of("access_token_sent")),
                typ => difference::named(typ, ["JWT", "client-authentication+jwt"]),
            };
            let fact = Fact::mismatch("typ", "JWT, client-authentication+jwt", typ);
            Err(refusal::assertion_typ_not_accepted(typ).with(fact.differing(kind)))
        }
        _ => Ok(()),
    }
}

impl PrivateKeyJwt {
    /// An algorithm that the key does not allow has a number of its own (RFC 8725 §3.1).
    fn unverified(&self, error: &VerifyError, client: &Client, key: &VerifyingKey) -> Refusal {
        let accepted = list(key.algorithms().map(Algorithm::as_str));
        let algorithm = match error {
            VerifyError::UnknownAlgorithm(UnknownAlgorithm(algorithm)) => algorithm.as_str(),
            VerifyError::AlgorithmNotOfKind { algorithm, .. }
            | VerifyError::AlgorithmNotOfKey { algorithm, .. } => algorithm.as_str(),
            _ => return self.signed_otherwise(error, client, key),
        };
        let fact = Fact::mismatch("alg", &accepted, algorithm).differing(jws::signature(error));
        refusal::assertion_algorithm_not_accepted(algorithm, &accepted).with(fact)
    }

    fn signed_otherwise(
        &self,
        error: &VerifyError,
        client: &Client,
        key: &VerifyingKey,
    ) -> Refusal {
        let signer = key::signer(&self.assertion, client)
            .map(|id| Difference::of("signed_with_another_key").with("key", id));
        let fact = Fact::about("client_assertion")
            .expected(format!("a signature by the key {}", key.thumbprint()))
            .differing(signer.unwrap_or_else(|| jws::signature(error)));
        refusal::assertion_signature_invalid(&client.name).with(fact)
    }
}

/// Says of a text what is wrong with it, for whoever looks into the refusal.
fn malformed(difference: Difference) -> Refusal {
    refusal::assertion_malformed().with(Fact::about("client_assertion").differing(difference))
}
