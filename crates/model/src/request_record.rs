//! Request records: stored descriptions of single requests, for later explanation.

use std::{borrow::Cow, net::IpAddr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientId, GrantId, TenantId, Timestamp, UserId};

/// The stored description of one request.
///
/// It never contains a secret, token, code, verifier, password or cookie. Values from the request
/// are shortened before they are stored here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The service's id of the request.
    pub trace_id: Uuid,
    /// The client's id of the request. If the client sent none, the service's id.
    pub correlation_id: Uuid,
    /// When the request arrived.
    pub at: Timestamp,
    /// The time until the response, in microseconds.
    pub duration_us: u64,
    /// The tenant in the path, or `None` if it does not exist. If the path misspells a tenant (at
    /// most two edits) that has the client, that tenant.
    pub tenant: Option<TenantId>,
    /// The HTTP method.
    pub method: Cow<'static, str>,
    /// The path template of the route, such as `/{tenant}/oauth2/v2.0/token`.
    pub endpoint: Cow<'static, str>,
    /// The HTTP status of the response.
    pub status: u16,
    /// The kind of response: one of [`RequestRecord::OUTCOMES`].
    pub outcome: Cow<'static, str>,
    /// The error number of the refusal or fault, if the request failed.
    pub number: Option<u32>,
    /// The client that the request names, as it was sent (at most 128 characters).
    pub client: Option<String>,
    /// The registered client to which the request is attributed: the named client, or the one
    /// whose id the request misspells. The developer of this client may read the record.
    pub attributed_client: Option<ClientId>,
    /// The user, if known. The client's developer never sees it.
    pub user: Option<UserId>,
    /// `grant_type` of a token request.
    pub grant_type: Option<Cow<'static, str>>,
    /// The id of the sign-in flow that the request belongs to.
    pub flow_id: Option<[u8; 16]>,
    /// The grant that the request created or used.
    pub grant: Option<GrantId>,
    /// The IP address of the sender.
    pub remote_address: Option<IpAddr>,
    /// Warnings, such as a credential that expires soon.
    pub warnings: Vec<Warning>,
    /// Why the request was refused, or why the service failed.
    pub refusal_details: Option<Box<RefusalDetails>>,
}

impl RequestRecord {
    /// Every outcome. Each has a text of its own.
    pub const OUTCOMES: &'static [&'static str] = &[
        "tokens",
        "code",
        "page:sign_in",
        "page:account",
        "page:stay_signed_in",
        "page:after_access_pass",
        "page:consent",
        "page:continue",
        "page:second_factor",
        "page:authenticator_app",
        "page:recovery_codes",
        "page:reset_password",
        "page:reset_code",
        "page:new_password",
        "page:reset_link",
        "page:sign_up",
        "page:sign_up_code",
        "page:create_account",
        "page:terms",
        "page:invitation",
        "page:passkey",
        "page:account_overview",
        "page:finished",
        "page:sign_out",
        "page:signed_out",
        "signed_out",
        "flow:started",
        "flow:continued",
        "response",
        "refusal",
        "simulated",
        "fault",
    ];

    /// Creates the record of a request that got a response of this status at once. Neither tenant,
    /// client nor user is known, and the method is `POST`.
    pub const fn new(trace_id: Uuid, at: Timestamp, status: u16) -> Self {
        Self {
            trace_id,
            correlation_id: trace_id,
            at,
            duration_us: 0,
            tenant: None,
            method: Cow::Borrowed("POST"),
            endpoint: Cow::Borrowed("/"),
            status,
            outcome: Cow::Borrowed("response"),
            number: None,
            client: None,
            attributed_client: None,
            user: None,
            grant_type: None,
            flow_id: None,
            grant: None,
            remote_address: None,
            warnings: Vec::new(),
            refusal_details: None,
        }
    }

    /// The checks that only a sender passes who holds a credential of a client that is valid now,
    /// if the client is enabled.
    const CREDENTIALS: &'static [&'static str] = &["client_secret_current", "assertion_time"];
    /// The checks that only a sender passes who holds a code or token of the tenant that is valid
    /// now. One that has expired, was used or is revoked proves nothing: it may be in a log.
    const TOKENS: &'static [&'static str] =
        &["code_not_expired", "grant_not_idle", "token_grant_active"];

    /// Returns whether the request failed and its sender proved nothing. Anyone can send as many of
    /// them as they like.
    pub fn is_unproven_failure(&self) -> bool {
        let details = self.refusal_details.as_deref();
        let passed = details.map_or(&[][..], |details| &details.checks_passed);
        let has_passed = |checks: &[&str]| passed.iter().any(|check| checks.contains(&&**check));
        let is_client = has_passed(Self::CREDENTIALS) && has_passed(&["client_enabled"]);
        self.number.is_some() && !is_client && !has_passed(Self::TOKENS)
    }

    /// Returns the error number for statistics, 0 for a successful request. Simulated refusals are
    /// not counted, because nothing went wrong.
    pub fn counted_number(&self) -> Option<u32> {
        (self.outcome != "simulated").then(|| self.number.unwrap_or(0))
    }
}

/// A warning about a request that a rule accepts, such as `secret_expires` or `scope_ignored`. The
/// client developer and the operator read it in the record of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The kind: one of [`Warning::KINDS`].
    pub kind: Cow<'static, str>,
    /// `$value` in the text of the kind: a number of days, the name of a parameter. Empty if the
    /// text has no value.
    pub value: String,
    /// Further values in the text, by name.
    #[serde(default)]
    pub arguments: Vec<(Cow<'static, str>, String)>,
}

impl Warning {
    /// Every kind. Each has a text of its own.
    pub const KINDS: &'static [&'static str] = &[
        // Days until the client's secret, or the key of its assertion, is refused.
        "secret_expires",
        "key_expires",
        // The name of a parameter that the service does not read.
        "parameter_ignored",
        // Seconds until the code would have expired.
        "code_nearly_expired",
        // The client id of an authorization request with neither `code_challenge` nor `nonce`.
        "code_not_bound",
        // Seconds by which the client's clock is ahead (+) or behind (-).
        "clock_skew",
        // A requested scope that was not granted, because the tenant has none of this name. The
        // second kind also has the nearest name.
        "scope_ignored",
        "scope_misspelled",
        // An introspection whose response was `active: false`, and a revocation without effect.
        // Their reasons are comparisons. No value.
        "token_inactive",
        "revocation_without_effect",
        // The address of the metadata for a client that compares it with the issuer.
        "issuer_of_other_form",
        // A request to sign out whose `id_token_hint` cannot be used, so that the user is asked and
        // the browser is not sent back. No value.
        "logout_hint_unusable",
        // A request for a mail that resets a password, for which no mail is sent. The reason is a
        // comparison. No value.
        "reset_mail_not_sent",
        "sign_up_code_not_sent",
        // The same for a mail with a code for an e-mail address.
        "address_mail_not_sent",
    ];

    /// Creates a warning of one of the kinds.
    pub fn new(kind: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(Self::KINDS.contains(&kind), "{kind} has no text");
        Self { kind: Cow::Borrowed(kind), value: value.into(), arguments: Vec::new() }
    }

    /// Adds a further value of the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((Cow::Borrowed(name), value.into()));
        self
    }
}

/// The details of a refusal or a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalDetails {
    /// The checks that the request passed before, in order.
    pub checks_passed: Vec<Cow<'static, str>>,
    /// The values in the message of the refusal, by name.
    pub arguments: Vec<(Cow<'static, str>, String)>,
    /// The values that were compared.
    pub comparisons: Vec<StoredComparison>,
    /// The internal cause of a fault with its chain, for the operator only.
    pub cause: Option<String>,
    /// The user name that was typed into the sign-in page, if no user has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed_username: Option<TypedUsername>,
}

/// A typed user name that no user has. Users type passwords into this field by mistake, so its text
/// is kept only if it resembles a user name of the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedUsername {
    /// The text, if it resembles a user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The keyed digest of the text, by which the record is found when the text is typed again.
    pub digest: [u8; 16],
}

/// The stored form of a compared value. It owns its texts, so that it outlives the release that
/// wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredComparison {
    /// The parameter or claim.
    pub name: Cow<'static, str>,
    /// The value that would have been accepted.
    pub expected: Option<String>,
    /// The value that was received.
    pub received: Option<String>,
    /// The kind of mismatch, if it explains more than the values.
    pub difference: Option<StoredDifference>,
    /// Whether only the operator may see it, because it may reveal data of others.
    pub operator_only: bool,
}

/// The stored form of a difference between an expected and a received value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDifference {
    /// The kind, which selects a text: `trailing_slash`, `of_another_client`.
    pub kind: Cow<'static, str>,
    /// The values in that text, by name.
    pub arguments: Vec<(Cow<'static, str>, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_used_or_revoked_values_prove_nothing() {
        // Compares failed requests that passed the checks of values that are valid, and of others.
        let failed = |checks: &[&'static str]| {
            let checks_passed = checks.iter().map(|&check| Cow::Borrowed(check)).collect();
            let details = RefusalDetails { checks_passed, ..RefusalDetails::default() };
            RequestRecord {
                number: Some(70_008),
                refusal_details: Some(Box::new(details)),
                ..RequestRecord::new(Uuid::nil(), Timestamp::default(), 400)
            }
        };
        let known = ["client_known", "client_enabled"];
        let unproven: [&[&str]; 6] = [
            &[],
            &["client_secret", "client_enabled"],
            &["client_secret_current", "client_authentication"],
            &["code_known", "code_client", "code_unused", "client_enabled"],
            &["refresh_token_known", "refresh_token_client", "grant_not_expired"],
            &["token_signature", "token_not_expired"],
        ];
        for checks in unproven {
            assert!(failed(checks).is_unproven_failure(), "{checks:?}");
        }
        for check in ["client_secret_current", "assertion_time"] {
            assert!(!failed(&[known[0], check, known[1]]).is_unproven_failure(), "{check}");
        }
        for check in ["code_not_expired", "grant_not_idle", "token_grant_active"] {
            assert!(!failed(&[check]).is_unproven_failure(), "{check}");
        }
        let succeeded = RequestRecord { number: None, ..failed(&[]) };
        assert!(!succeeded.is_unproven_failure());
    }
}
