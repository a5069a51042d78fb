//! Checks of authentication contexts (`acrs`) in requests and access tokens: what each one means.

use model::{ContextStrength, Tenant};
use protocol::{auth_context, parameters::Parameters};
use serde_json::{Map, Value};

use super::report::{Check, Message, Report};

/// The number of contexts that are explained. A tenant has at most 25.
const CONTEXTS_MAX: usize = 25;

/// Adds the checks of the contexts that `claims` of a request names.
pub(super) fn check_request(report: &mut Report, parameters: &Parameters, tenant: Option<&Tenant>) {
    match auth_context::requested_ids(parameters) {
        Ok(ids) => report.checks.extend(checks(&ids, tenant)),
        Err(refusal) => {
            report.checks.push(Check::failed("claims", Message::new("decode-claims-malformed")));
            report.accepted = Some(false);
            report.refusal.get_or_insert(refusal);
        }
    }
}

/// Adds the checks of the contexts that a token has.
pub(super) fn check_token(
    report: &mut Report,
    claims: &Map<String, Value>,
    tenant: Option<&Tenant>,
) {
    let ids = claims.get("acrs").and_then(Value::as_array).into_iter().flatten();
    let ids: Vec<String> = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
    report.checks.extend(checks(&ids, tenant));
}

fn checks(ids: &[String], tenant: Option<&Tenant>) -> impl Iterator<Item = Check> {
    ids.iter().take(CONTEXTS_MAX).map(move |id| check(id, tenant))
}

fn check(id: &str, tenant: Option<&Tenant>) -> Check {
    let Some(tenant) = tenant else {
        let message = Message::with("decode-auth-context-needs-data", [("id", id)]);
        return Check::unknown("acrs", message);
    };
    let contexts = &tenant.auth_contexts;
    let Some(context) = contexts.iter().find(|context| context.id == id) else {
        let known: Vec<&str> = contexts.iter().map(|context| context.id.as_str()).collect();
        let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
        let values = [("id", id), ("known", &*known)];
        return Check::failed("acrs", Message::with("decode-auth-context-unknown", values));
    };
    let meaning = match context.strength {
        ContextStrength::TwoFactors => "decode-auth-context-two-factors",
        ContextStrength::PhishingResistant => "decode-auth-context-phishing-resistant",
    };
    Check::passed("acrs", Message::with(meaning, [("id", id), ("name", &*context.name)]))
}
