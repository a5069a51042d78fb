//! The form of `claims` (OpenID Connect Core §5.5), which requests claims by name and place.

use catalogue::{Comparison, Difference, Refusal, refusal};
use serde_json::{Map, Value};

use crate::parameters::Parameters;

/// Returns the members of `claims`; `None` without the parameter.
///
/// # Errors
/// The parameter is not a JSON object.
pub(crate) fn parse(parameters: &Parameters) -> Result<Option<Map<String, Value>>, Refusal> {
    let Some(text) = parameters.get("claims") else { return Ok(None) };
    let claims = jose::json::object(text.as_bytes());
    claims.map(Some).map_err(|error| malformed(error.to_string()))
}

/// Returns the claims that are requested for a place; `None` without any.
///
/// # Errors
/// The member is not an object.
pub(crate) fn place<'a>(
    claims: &'a Map<String, Value>,
    member: &str,
) -> Result<Option<&'a Map<String, Value>>, Refusal> {
    match claims.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(requested)) => Ok(Some(requested)),
        Some(_) => Err(malformed(format!("'{member}' is not an object"))),
    }
}

/// Returns `value` and `values` of a requested claim.
pub(crate) fn values(claim: &Value) -> Vec<Value> {
    let several = claim.get("values").and_then(Value::as_array);
    claim.get("value").into_iter().chain(several.into_iter().flatten()).cloned().collect()
}

/// Returns whether the client requires one of the values of a claim.
pub(crate) fn is_essential(claim: &Value) -> bool {
    claim.get("essential") == Some(&Value::Bool(true))
}

fn malformed(detail: String) -> Refusal {
    let comparison = Comparison::new("claims")
        .with_difference(Difference::new("malformed").with("detail", detail));
    refusal::claims_malformed().with(comparison)
}
