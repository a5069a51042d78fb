//! `claims` (OpenID Connect Core §5.5): what is essential is honoured, and what is not known is
//! left out, as §5.5.1 wants it.

use catalogue::{Difference, Fact, Refusal, refusal};
use serde_json::{Map, Value};

use crate::form::Form;

/// The `sub` that must be the person's, if the request insists on one.
pub(super) fn check(form: &Form) -> Result<Option<String>, Refusal> {
    let Some(text) = form.get("claims") else { return Ok(None) };
    let claims =
        jose::json::object(text.as_bytes()).map_err(|error| malformed(error.to_string()))?;
    let mut subject = None;
    for place in ["id_token", "userinfo", "access_token"] {
        let asked = match claims.get(place) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(asked)) => asked,
            Some(_) => return Err(malformed(format!("'{place}' is not an object"))),
        };
        authentication_context(asked)?;
        subject = one_subject(subject, value_of(asked, "sub"))?;
    }
    Ok(subject)
}

/// The OpenID scopes that essential claims need (OpenID Connect Core §5.5.1): with them the person
/// is asked for consent to what is told, and UserInfo and ID tokens tell it.
pub(super) fn needed_scopes(form: &Form) -> Vec<&'static str> {
    let claims = form.get("claims").and_then(|text| jose::json::object(text.as_bytes()).ok());
    let claims = claims.unwrap_or_default();
    let essential = |claim: &str| {
        ["id_token", "userinfo"].iter().any(|place| {
            let asked = claims.get(*place).and_then(|asked| asked.get(claim));
            asked.and_then(|asked| asked.get("essential")) == Some(&Value::Bool(true))
        })
    };
    let scopes = [
        ("email", &["email", "email_verified"][..]),
        ("profile", &["name", "preferred_username", "oid"][..]),
    ];
    let needed = scopes.into_iter().filter(|(_, claims)| claims.iter().any(|it| essential(it)));
    needed.map(|(scope, _)| scope).collect()
}

/// One person, where two parameters name one.
pub(super) fn one_subject(
    left: Option<String>,
    right: Option<String>,
) -> Result<Option<String>, Refusal> {
    match (left, right) {
        (Some(left), Some(right)) if left != right => {
            let fact = Fact::about("sub").differing(Difference::of("two_people"));
            Err(refusal::essential_claim_not_satisfiable("sub").with(fact))
        }
        (left, right) => Ok(left.or(right)),
    }
}

/// An essential `acr` with values is a condition (§5.5.1.1), and we know no such values.
fn authentication_context(asked: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(acr) = asked.get("acr") else { return Ok(()) };
    let essential = acr.get("essential") == Some(&Value::Bool(true));
    let particular = acr.get("value").is_some() || acr.get("values").is_some();
    if essential && particular {
        let fact = Fact::about("acr").received(acr).differing(Difference::of("acr_unknown"));
        return Err(refusal::essential_claim_not_satisfiable("acr").with(fact));
    }
    Ok(())
}

fn malformed(detail: String) -> Refusal {
    let fact = Fact::about("claims").differing(Difference::of("malformed").with("detail", detail));
    refusal::claims_malformed().with(fact)
}

fn value_of(asked: &Map<String, Value>, claim: &str) -> Option<String> {
    asked.get(claim)?.get("value")?.as_str().map(str::to_owned)
}
