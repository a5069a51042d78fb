//! Annotations of a request: what its access log entry and its request record say about it.

use std::borrow::Cow;

use catalogue::{Comparison, REDACTED, Refusal, redact_in_place, redact_secrets, redact_values};
use model::{
    ClientId, GrantId, RefusalDetails, TenantId, TypedUsername, UserId, Warning, username_key,
};
use protocol::{
    Checks, RequestSummary,
    context::TenantContext,
    stored_comparison::{VALUE_CHARS_MAX, stored_arguments, stored_comparison, truncated},
};

/// Maximum number of stored comparisons, and of warnings. No request has that many.
const EACH_MAX: usize = 32;

/// Annotations collected while a request is handled; written to the access log and the request
/// record. A later value replaces an earlier one.
#[derive(Debug, Default)]
pub struct Annotations {
    /// The tenant: its id and its name.
    pub tenant: Option<(TenantId, String)>,
    /// The client id that the request names, truncated. Not verified.
    pub client: Option<String>,
    /// The registered client that the request is attributed to.
    pub attributed_client: Option<ClientId>,
    /// The store has no client with the client id. If `false`, that is not known.
    pub client_is_unknown: bool,
    /// The user.
    pub user: Option<UserId>,
    /// The user name that was typed into the sign-in page.
    pub typed_username: Option<TypedUsername>,
    /// The grant type of a token request.
    pub grant_type: Option<&'static str>,
    /// The sign-in flow that the request belongs to.
    pub flow_id: Option<[u8; 16]>,
    /// The grant that the request created or used.
    pub grant: Option<GrantId>,
    /// The kind of a successful response: one of [`model::RequestRecord::OUTCOMES`].
    pub success: Option<&'static str>,
    /// The checks that the request passed, in order.
    pub checks_passed: Vec<&'static str>,
    /// Warnings on a request, which may succeed.
    pub warnings: Vec<Warning>,
    /// The refusal. For a fault, the refusal that the client sees.
    pub refusal: Option<Refusal>,
    /// The beginning of `error_description` of the refusal, if the response has it.
    pub refusal_sentence: Option<String>,
    /// Whether the client requested the refusal (error simulation).
    pub simulated: bool,
    /// The cause of a fault, for the operator only.
    pub cause: Option<String>,
    /// Why a successful request had no effect. It also has a warning.
    pub no_effect: Vec<Comparison>,
}

impl Annotations {
    /// Sets the tenant.
    pub fn set_tenant(&mut self, tenant: &TenantContext) {
        let id = tenant.id();
        if self.tenant.as_ref().is_none_or(|(known, _)| *known != id) {
            self.tenant = Some((id, tenant.row.name.clone()));
        }
    }

    /// Sets the client id that the request names. Redacts it if it has the form of a secret.
    pub fn set_claimed_client(&mut self, client: &str) {
        if self.client.as_deref() != Some(client) {
            self.client = Some(truncated(redact_secrets(client).into_owned(), ClientId::MAX_LEN));
        }
    }

    /// Sets the client, which is registered.
    pub fn set_client(&mut self, client: &ClientId) {
        if self.client.as_deref() != Some(client.as_str()) {
            self.client = Some(client.as_str().to_owned());
        }
        self.attributed_client = Some(client.clone());
        self.client_is_unknown = false;
    }

    /// Returns whether an annotation may contain a secret of the request: a refusal, a warning or
    /// an unverified client id.
    pub fn needs_redaction(&self) -> bool {
        let is_unverified = self.client.is_some() && self.attributed_client.is_none();
        self.refusal.is_some() || is_unverified || !self.warnings.is_empty()
    }

    /// Redacts the secrets of the request. If it has secrets, a client id that is malformed is
    /// redacted too: it may be a client secret in the wrong parameter.
    pub fn redact(&mut self, secrets: &[String]) {
        if let Some(typed) = &mut self.typed_username {
            // Also a user name that equals the password of the same form is one.
            typed.text = typed.text.take().filter(|text| !is_secret(text, secrets));
        }
        self.refusal = self.refusal.take().map(|refusal| refusal.redacted(secrets));
        let no_effect = std::mem::take(&mut self.no_effect).into_iter();
        self.no_effect = no_effect.map(|comparison| comparison.redacted(secrets)).collect();
        let warnings = self.warnings.iter_mut().flat_map(warning_values);
        warnings.for_each(|value| redact_in_place(value, secrets));
        let is_attributed = self.attributed_client.is_some();
        let Some(client) = self.client.as_mut().filter(|_| !is_attributed) else { return };
        let is_malformed = !secrets.is_empty() && ClientId::new(client).is_none();
        if is_malformed || redact_values(client, secrets) != *client {
            REDACTED.clone_into(client);
        }
    }

    /// Adds the summary of a token request.
    pub fn merge(&mut self, summary: RequestSummary) {
        if let Some(client) = summary.client {
            self.attributed_client = None;
            if summary.swapped_client_is_registered
                || summary.checks.names().contains(&"client_known")
            {
                self.set_client(&client);
            } else {
                self.set_claimed_client(client.as_str());
                self.client_is_unknown = summary.client_is_unknown;
            }
        }
        self.grant_type = summary.grant_type;
        self.user = summary.user.or(self.user);
        self.grant = summary.grant.or(self.grant);
        self.no_effect = summary.no_effect;
        self.add_checks(summary.checks);
    }

    /// Sets the passed checks, and adds their warnings.
    pub fn add_checks(&mut self, checks: Checks) {
        let (checks_passed, warnings) = checks.into_parts();
        self.checks_passed = checks_passed;
        for warning in warnings {
            self.add_warning(warning);
        }
    }

    /// Adds a warning, unless there are too many. Truncates its values, and redacts those of the
    /// shape of a secret.
    pub fn add_warning(&mut self, mut warning: Warning) {
        if self.warnings.len() < EACH_MAX {
            for value in warning_values(&mut warning) {
                *value = truncated(redact_secrets(value).into_owned(), VALUE_CHARS_MAX);
            }
            self.warnings.push(warning);
        }
    }

    /// Returns the outcome of the request: one of [`model::RequestRecord::OUTCOMES`].
    pub fn outcome(&self) -> &'static str {
        match (&self.cause, &self.refusal) {
            (Some(_), _) => "fault",
            (None, Some(_)) if self.simulated => "simulated",
            (None, Some(_)) => "refusal",
            (None, None) => self.success.unwrap_or("response"),
        }
    }

    /// Takes the details of the refusal or fault, or the reasons why the request had no effect.
    /// `None` if there are none.
    pub fn take_refusal_details(&mut self) -> Option<Box<RefusalDetails>> {
        let (refusal, no_effect) = (self.refusal.take(), std::mem::take(&mut self.no_effect));
        if refusal.is_none() && no_effect.is_empty() {
            return None;
        }
        let (arguments, comparisons) = refusal.map(Refusal::into_values).unwrap_or_default();
        Some(Box::new(RefusalDetails {
            checks_passed: self.checks_passed.iter().map(|name| Cow::Borrowed(*name)).collect(),
            arguments: stored_arguments(arguments),
            comparisons: comparisons
                .into_iter()
                .chain(no_effect)
                .take(EACH_MAX)
                .map(stored_comparison)
                .collect(),
            cause: self.cause.take().map(|cause| truncated(cause, VALUE_CHARS_MAX)),
            typed_username: self.typed_username.take().filter(|_| self.user.is_none()),
        }))
    }
}

/// Returns every value of a warning.
fn warning_values(warning: &mut Warning) -> impl Iterator<Item = &mut String> {
    let Warning { value, arguments, .. } = warning;
    std::iter::once(value).chain(arguments.iter_mut().map(|(_, value)| value))
}

/// Returns whether the compared form of a user name is that of a secret of the request, or has the
/// shape of a secret.
fn is_secret(text: &str, secrets: &[String]) -> bool {
    secrets.iter().any(|secret| username_key(secret) == text)
        || matches!(redact_secrets(text), Cow::Owned(_))
}
