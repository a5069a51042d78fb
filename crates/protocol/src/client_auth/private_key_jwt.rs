//! `private_key_jwt`: an assertion signed with a registered key (RFC 7523, OpenID Connect Core §9),
//! tolerant of the deviations of Microsoft's clients.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{Algorithm, CompactJws, Header, Padding, UnknownAlgorithm, VerifyError, VerifyingKey};
use model::{Client, Seconds, UsedValue};

use super::{Method, VerifiedCredential};
use crate::{
    Checks,
    context::RuleContext,
    difference::{self, jws, list},
    parameters::Parameters,
    request_head::RequestHead,
};
use claims::{
    check_audience, check_issuer, check_remembered, check_times, clock_skew, missing,
    one_time_value,
};
use key::registered_key;

mod claims;
mod key;
mod mismatch;

/// The value of `client_assertion_type` (RFC 7523 §2.2).
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest assertion, in bytes. The header may contain a chain of certificates.
const BYTES_MAX: usize = 8 * 1024;
/// The tolerated difference between the clocks of the client and of this service.
pub const SKEW: Seconds = Seconds::new(60);
/// A clock that differs by more passes with a warning.
const SKEW_WARNING: Seconds = Seconds::new(30);
/// The longest lifetime of an assertion. azure-identity uses 30 minutes.
const LIFETIME_MAX: Seconds = Seconds::hours(1);
// The assertion is accepted for the skew before and after its lifetime.
const _: () = assert!(LIFETIME_MAX.get() + 2 * SKEW.get() <= UsedValue::LIFETIME_MAX.get());

/// An assertion in the parameter `client_assertion`.
pub(super) struct PrivateKeyJwt {
    client_id: String,
    assertion: String,
}

impl Method for PrivateKeyJwt {
    const NAME: &'static str = "private_key_jwt";

    fn extract(_head: &RequestHead<'_>, parameters: &Parameters) -> Result<Option<Self>, Refusal> {
        let (assertion, kind) =
            (parameters.get("client_assertion"), parameters.get("client_assertion_type"));
        let (assertion, kind) = match (assertion, kind) {
            (None, None) => return Ok(None),
            (Some(assertion), Some(kind)) => (assertion, kind),
            (None, Some(_)) => return Err(parameters.missing("client_assertion")),
            (Some(_), None) => return Err(parameters.missing("client_assertion_type")),
        };
        if kind != TYPE {
            let comparison = Comparison::mismatch("client_assertion_type", TYPE, kind)
                .with_difference(difference::suggest(kind, [TYPE]));
            return Err(refusal::assertion_type_not_supported(kind).with(comparison));
        }
        let unverified = CompactJws::parse(assertion, BYTES_MAX, Padding::Tolerated)
            .map_err(|error| malformed(jws::malformed(&error)))?;
        let claims = jose::json::object(unverified.unverified_payload())
            .map_err(|error| malformed(jws::detail(error)))?;
        let subject = claims::text(&claims, "sub").ok_or_else(|| missing("sub", &claims))?;
        Ok(Some(Self { client_id: subject.to_owned(), assertion: assertion.to_owned() }))
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn verify(
        &self,
        client: Option<&Client>,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<VerifiedCredential, Refusal> {
        let client = client.ok_or_else(|| refusal::client_not_found(&self.client_id))?;
        let compact = CompactJws::parse(&self.assertion, BYTES_MAX, Padding::Tolerated)
            .map_err(|error| malformed(jws::malformed(&error)))?;
        checks.pass("assertion_form");
        checks.record("assertion_type", check_header(compact.header()))?;
        let key = registered_key(client, compact.header(), context);
        let (key, end) = checks.record("assertion_key", key)?;
        if let Some(end) = end {
            checks.warn_of_expiry("key_expires", end, context.now);
        }
        let verified = compact.verify(&key).map_err(|error| self.unverified(&error, client, &key));
        let claims = checks.record("assertion_signature", verified)?.claims();
        let claims = claims.map_err(|error| malformed(jws::detail(error)))?;
        checks.record("assertion_issuer", check_issuer(&claims, client))?;
        checks.record("assertion_audience", check_audience(&claims, client, context))?;
        let expires = check_times(&claims, context.now);
        let expires = expires.and_then(|it| check_remembered(&claims, context).map(|()| it));
        let expires = checks.record("assertion_time", expires)?;
        if let Some(skew) = clock_skew(&claims, expires, context.now) {
            checks.warn("clock_skew", skew);
        }
        let value = one_time_value(&claims, client, context, expires);
        let value = checks.record("assertion_id", value)?;
        Ok(VerifiedCredential { azpacr: "2", one_time_value: Some(value) })
    }
}

/// Checks `typ`, so that no ID token or access token passes as an assertion (RFC 8725 §3.11).
fn check_header(header: &Header) -> Result<(), Refusal> {
    match header.typ.as_deref() {
        Some(typ) if !typ.eq_ignore_ascii_case("JWT") && typ != "client-authentication+jwt" => {
            let kind = match typ {
                "at+jwt" => Some(Difference::new("access_token_sent")),
                typ => difference::suggest(typ, ["JWT", "client-authentication+jwt"]),
            };
            let comparison = Comparison::mismatch("typ", "JWT, client-authentication+jwt", typ);
            Err(refusal::assertion_typ_not_accepted(typ).with(comparison.with_difference(kind)))
        }
        _ => Ok(()),
    }
}

impl PrivateKeyJwt {
    /// Refuses a failed verification. An algorithm that the key does not allow has its own error
    /// number (RFC 8725 §3.1).
    fn unverified(&self, error: &VerifyError, client: &Client, key: &VerifyingKey) -> Refusal {
        let accepted = list(key.algorithms().map(Algorithm::as_str));
        let algorithm = match error {
            VerifyError::UnknownAlgorithm(UnknownAlgorithm(algorithm)) => algorithm.as_str(),
            VerifyError::AlgorithmNotOfKind { algorithm, .. }
            | VerifyError::AlgorithmNotOfKey { algorithm, .. } => algorithm.as_str(),
            _ => return self.signature_invalid(error, client, key),
        };
        let comparison = Comparison::mismatch("alg", &accepted, algorithm)
            .with_difference(jws::signature(error));
        refusal::assertion_algorithm_not_accepted(algorithm, &accepted).with(comparison)
    }

    fn signature_invalid(
        &self,
        error: &VerifyError,
        client: &Client,
        key: &VerifyingKey,
    ) -> Refusal {
        let signer = key::signer(&self.assertion, client)
            .map(|id| Difference::new("signed_with_another_key").with("key", id));
        let comparison = Comparison::new("client_assertion")
            .expected(format!("a signature by the key {}", key.thumbprint()))
            .with_difference(signer.unwrap_or_else(|| jws::signature(error)));
        refusal::assertion_signature_invalid(&client.name).with(comparison)
    }
}

/// Refuses a text that is no signed JWT.
fn malformed(difference: Difference) -> Refusal {
    refusal::assertion_malformed()
        .with(Comparison::new("client_assertion").with_difference(difference))
}
