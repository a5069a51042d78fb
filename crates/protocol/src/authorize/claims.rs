//! `claims` (OpenID Connect Core §5.5): essential claims are honoured, unknown claims are ignored,
//! as §5.5.1 requires.

use catalogue::{Comparison, Difference, Refusal, refusal};
use serde_json::{Map, Value};

use crate::parameters::Parameters;

/// Returns the `sub` that the user must have, if the request requires one.
pub(super) fn check(parameters: &Parameters) -> Result<Option<String>, Refusal> {
    let Some(text) = parameters.get("claims") else { return Ok(None) };
    let claims =
        jose::json::object(text.as_bytes()).map_err(|error| malformed(error.to_string()))?;
    let mut subject = None;
    for member in ["id_token", "userinfo", "access_token"] {
        let requested = match claims.get(member) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(requested)) => requested,
            Some(_) => return Err(malformed(format!("'{member}' is not an object"))),
        };
        check_acr(requested)?;
        subject = one_subject(subject, value_of(requested, "sub"))?;
    }
    Ok(subject)
}

/// Returns the OpenID scopes that essential claims need (OpenID Connect Core §5.5.1). The user then
/// consents to them, and UserInfo and ID tokens contain the claims.
pub(super) fn needed_scopes(parameters: &Parameters) -> Vec<&'static str> {
    let claims = parameters.get("claims").and_then(|text| jose::json::object(text.as_bytes()).ok());
    let claims = claims.unwrap_or_default();
    let essential = |claim: &str| {
        ["id_token", "userinfo"].iter().any(|member| {
            let request = claims.get(*member).and_then(|claims| claims.get(claim));
            request.and_then(|request| request.get("essential")) == Some(&Value::Bool(true))
        })
    };
    let scopes = [
        ("email", &["email", "email_verified"][..]),
        ("profile", &["name", "preferred_username", "oid"][..]),
    ];
    let needed = scopes.into_iter().filter(|(_, claims)| claims.iter().any(|it| essential(it)));
    needed.map(|(scope, _)| scope).collect()
}

/// Merges the subjects that two parameters require.
pub(super) fn one_subject(
    left: Option<String>,
    right: Option<String>,
) -> Result<Option<String>, Refusal> {
    match (left, right) {
        (Some(left), Some(right)) if left != right => {
            let comparison = Comparison::new("sub").with_difference(Difference::new("two_users"));
            Err(refusal::essential_claim_not_satisfiable("sub").with(comparison))
        }
        (left, right) => Ok(left.or(right)),
    }
}

/// Refuses an essential `acr` with values: it is a condition (§5.5.1.1), and this service has no
/// such values.
fn check_acr(requested: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(acr) = requested.get("acr") else { return Ok(()) };
    let essential = acr.get("essential") == Some(&Value::Bool(true));
    let has_values = acr.get("value").is_some() || acr.get("values").is_some();
    if essential && has_values {
        let comparison =
            Comparison::new("acr").received(acr).with_difference(Difference::new("acr_unknown"));
        return Err(refusal::essential_claim_not_satisfiable("acr").with(comparison));
    }
    Ok(())
}

fn malformed(detail: String) -> Refusal {
    let comparison = Comparison::new("claims")
        .with_difference(Difference::new("malformed").with("detail", detail));
    refusal::claims_malformed().with(comparison)
}

fn value_of(requested: &Map<String, Value>, claim: &str) -> Option<String> {
    requested.get(claim)?.get("value")?.as_str().map(str::to_owned)
}
