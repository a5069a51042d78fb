//! `private_key_jwt`: an assertion signed with a registered key (RFC 7523, OpenID Connect Core §9),
//! with all the liberties that Microsoft's clients take.

use catalogue::{Difference, Fact, Refusal, refusal};
use facts::{Client, ClientCredential, Mark, MarkPurpose, Seconds, Timestamp};
use jose::{
    Algorithm, Compact, Header, Jwk, Padding, UnknownAlgorithm, VerifyError, VerifyingKey, digest,
    numeric_date,
};
use serde_json::{Map, Value};

use super::{Method, Proof};
use crate::{Checks, Once, context::Context, form::Form, moment, request::Head};

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
            return Err(refusal::assertion_type_not_supported(kind));
        }
        let claimed =
            Compact::parse(assertion, BYTES_MAX, Padding::Tolerated).map_err(malformed)?;
        let claims = jose::json::object(claimed.unverified_payload()).map_err(malformed)?;
        let subject =
            text(&claims, "sub").ok_or_else(|| refusal::assertion_claim_missing("sub"))?;
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
        let compact =
            Compact::parse(&self.assertion, BYTES_MAX, Padding::Tolerated).map_err(malformed)?;
        checks.pass("assertion_form");
        checks.note("assertion_type", check_header(compact.header()))?;
        let key = registered_key(client, compact.header(), context);
        let (key, end) = checks.note("assertion_key", key)?;
        if let Some(end) = end {
            checks.warn_of_end("key_expires", end, context.now);
        }
        let verified = compact.verify(&key).map_err(|error| unverified(&error, client, &key));
        let claims = checks.note("assertion_signature", verified)?.claims().map_err(malformed)?;
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
            Err(refusal::assertion_typ_not_accepted(typ))
        }
        _ => Ok(()),
    }
}

/// The registered key that the header names, by `kid`, by a certificate's thumbprint, or by the
/// certificate itself. The certificate in a header is a name only, never a key to trust. A header
/// that names nothing means the client's only key. Comes with its end, if it has one.
fn registered_key(
    client: &Client,
    header: &Header,
    context: &Context<'_>,
) -> Result<(VerifyingKey, Option<Timestamp>), Refusal> {
    let keys = client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires } => {
            Some(RegisteredKey { id, jwk, x5t, x5t_s256, expires: *expires })
        }
        ClientCredential::Secret { .. } => None,
    });
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() {
        return Err(without_key(client));
    }
    let name = Name::of(header);
    let key = keys.iter().find(|key| name.names(key));
    let key = match (&name, key, keys.as_slice()) {
        (_, Some(key), _) => key,
        (Name::Nothing, None, [only]) => only,
        (name, None, _) => return Err(refusal::assertion_key_unknown(name)),
    };
    if let Some(end) = key.expires.filter(|end| *end <= context.now) {
        return Err(refusal::assertion_key_expired(key.id, moment::shown(end)));
    }
    let (jwk, end) = (Jwk::from_json(key.jwk.as_bytes()), key.expires);
    let key = jwk.ok().and_then(|jwk| VerifyingKey::new(&jwk).ok());
    key.map(|key| (key, end)).ok_or_else(|| without_key(client))
}

struct RegisteredKey<'a> {
    id: &'a str,
    jwk: &'a str,
    x5t: &'a Option<[u8; 20]>,
    x5t_s256: &'a Option<[u8; 32]>,
    expires: Option<Timestamp>,
}

/// How a header names its key.
enum Name<'a> {
    Kid(&'a str),
    Sha1([u8; 20]),
    Sha256([u8; 32]),
    Nothing,
}

impl<'a> Name<'a> {
    fn of(header: &'a Header) -> Self {
        match header {
            Header { x5t_s256: Some(digest), .. } => Self::Sha256(*digest),
            Header { x5t: Some(digest), .. } => Self::Sha1(*digest),
            Header { x5c: Some(der), .. } => Self::Sha256(digest::sha256(der)),
            Header { kid: Some(kid), .. } => Self::Kid(kid),
            _ => Self::Nothing,
        }
    }

    fn names(&self, key: &RegisteredKey<'_>) -> bool {
        match self {
            Self::Kid(kid) => key.id == *kid || key.is_thumbprint(kid),
            Self::Sha1(digest) => key.x5t.as_ref() == Some(digest),
            Self::Sha256(digest) => key.x5t_s256.as_ref() == Some(digest),
            Self::Nothing => false,
        }
    }
}

impl RegisteredKey<'_> {
    /// Some clients put a thumbprint into `kid`: of the certificate in hexadecimal or base64url,
    /// or of the key itself.
    fn is_thumbprint(&self, kid: &str) -> bool {
        let of = |bytes: &[u8]| kid == digest::base64url(bytes) || is_hexadecimal_of(kid, bytes);
        self.x5t.is_some_and(|bytes| of(&bytes)) || self.x5t_s256.is_some_and(|bytes| of(&bytes))
    }
}

fn is_hexadecimal_of(text: &str, bytes: &[u8]) -> bool {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.map(|digit| char::from_digit(u32::from(digit), 16));
    text.len() == bytes.len() * 2
        && text.chars().map(|it| it.to_ascii_lowercase()).map(Some).eq(digits)
}

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kid(kid) => write!(formatter, "kid {kid}"),
            Self::Sha1(digest) => write!(formatter, "x5t {}", digest::base64url(digest)),
            Self::Sha256(digest) => write!(formatter, "x5t#S256 {}", digest::base64url(digest)),
            Self::Nothing => formatter.write_str("none named"),
        }
    }
}

/// RFC 7523 §3: the client speaks for itself.
fn check_issuer(claims: &Map<String, Value>, client: &Client) -> Result<(), Refusal> {
    let issuer = text(claims, "iss").ok_or_else(|| refusal::assertion_claim_missing("iss"))?;
    if issuer != client.id.as_str() {
        return Err(refusal::assertion_subject_mismatch(issuer, &client.id));
    }
    Ok(())
}

/// RFC 7523 §3: to us alone.
fn check_audience(claims: &Map<String, Value>, context: &Context<'_>) -> Result<(), Refusal> {
    let endpoints = &context.realm.endpoints;
    let accepted = [&endpoints.token, &endpoints.token_by_name, &endpoints.issuer];
    match claims.get("aud") {
        None => Err(refusal::assertion_claim_missing("aud")),
        // One audience as one text: an array would let a second server in (rfc7523bis).
        Some(Value::String(audience)) if accepted.contains(&audience) => Ok(()),
        Some(audience) => Err(refusal::assertion_audience_wrong(shown(audience), &endpoints.token)),
    }
}

/// RFC 7523 §3: not over, not to come, and not for longer than we like to remember `jti`.
fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let expires = time(claims, "exp")?.ok_or_else(|| refusal::assertion_claim_missing("exp"))?;
    let start = ["nbf", "iat"].map(|claim| time(claims, claim));
    let [not_before, issued] = start;
    let start = not_before?.max(issued?);
    if expires + SKEW <= now || start.is_some_and(|start| start > now + SKEW) {
        let start = start.map_or_else(|| "its making".to_owned(), moment::shown);
        let (end, now) = (moment::shown(expires), moment::shown(now));
        return Err(refusal::assertion_outside_validity(start, end, now));
    }
    if expires > now + LIFETIME_MAX + SKEW {
        return Err(refusal::assertion_lifetime_too_long(expires - now, LIFETIME_MAX));
    }
    Ok(expires)
}

/// Seconds that the client's clock is surely ahead or behind, where that is more than it should
/// be: its assertion would not begin yet, or be over already.
fn skew(claims: &Map<String, Value>, expires: Timestamp, now: Timestamp) -> Option<String> {
    let begins = ["nbf", "iat"].into_iter().filter_map(|claim| time(claims, claim).ok()?).max();
    let ahead = begins.map(|begins| begins - now).filter(|ahead| *ahead > SKEW_LARGE);
    let ahead = ahead.map(|ahead| format!("+{ahead}"));
    ahead.or_else(|| (now - expires > SKEW_LARGE).then(|| format!("-{}", now - expires)))
}

/// RFC 7523 §3: `jti` is remembered until the assertion is over anyway. Case counts.
fn once(
    claims: &Map<String, Value>,
    client: &Client,
    context: &Context<'_>,
    expires: Timestamp,
) -> Result<Once, Refusal> {
    let jti = text(claims, "jti").filter(|jti| !jti.is_empty());
    let jti = jti.ok_or_else(|| refusal::assertion_claim_missing("jti"))?;
    let unique = [client.id.as_str().as_bytes(), &[0], jti.as_bytes()].concat();
    let mark = Mark {
        tenant: context.realm.tenant.id,
        purpose: MarkPurpose::ClientAssertion,
        digest: digest::sha256(&unique),
        expires_at: expires + SKEW,
    };
    Ok(Once { mark, replayed: refusal::assertion_replayed(jti) })
}

/// Says of a text what is wrong with it, for whoever looks into the refusal.
fn malformed(error: impl std::fmt::Display) -> Refusal {
    refusal::assertion_malformed().with(Fact::about("client_assertion").differing(detail(error)))
}

fn detail(error: impl std::fmt::Display) -> Difference {
    Difference::of("malformed").with("detail", error)
}

/// An algorithm that the key does not allow has a number of its own (RFC 8725 §3.1).
fn unverified(error: &VerifyError, client: &Client, key: &VerifyingKey) -> Refusal {
    let fact = Fact::about("client_assertion")
        .expected(format!("a signature by the key {}", key.thumbprint()))
        .differing(detail(error));
    let accepted: Vec<&str> = key.algorithms().map(Algorithm::as_str).collect();
    match error {
        VerifyError::UnknownAlgorithm(UnknownAlgorithm(algorithm)) => {
            refusal::assertion_algorithm_not_accepted(algorithm, accepted.join(", "))
        }
        VerifyError::AlgorithmNotOfKind { algorithm, .. }
        | VerifyError::AlgorithmNotOfKey { algorithm, .. } => {
            refusal::assertion_algorithm_not_accepted(algorithm, accepted.join(", "))
        }
        _ => refusal::assertion_signature_invalid(&client.name),
    }
    .with(fact)
}

fn without_key(client: &Client) -> Refusal {
    let (received, expected) = (PrivateKeyJwt::NAME, "client_secret");
    refusal::wrong_client_authentication_method(&client.name, received, expected)
}

fn time(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<Timestamp>, Refusal> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    let microseconds = numeric_date::microseconds(value);
    let microseconds = microseconds.map_err(|_| refusal::assertion_claim_invalid(claim))?;
    Ok(Some(Timestamp::from_microseconds(microseconds)))
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
