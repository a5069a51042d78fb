//! `claims` (OpenID Connect Core §5.5): the named claims, from the named place. It adds no scope.
//! Claims that do not exist are left out, as §5.5.1 requires.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{RequestedClaims, User, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{acr, difference::list, parameters::Parameters, user_claims};

/// The claims about the user that a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    id_token: Vec<ClaimRequest>,
    userinfo: Vec<ClaimRequest>,
}

/// One claim of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ClaimRequest {
    name: String,
    /// `value` or `values`: the only values with which the claim is returned. Empty for any value.
    values: Vec<Value>,
}

impl ClaimsRequest {
    /// Returns the claims that the user can get: those whose value the request accepts.
    pub(super) fn for_user(&self, user: (&User, UserId)) -> RequestedClaims {
        let names = |claims: &[ClaimRequest]| {
            let accepted = claims.iter().filter(|claim| claim.accepts(user));
            accepted.map(|claim| claim.name.clone()).collect()
        };
        RequestedClaims { id_token: names(&self.id_token), userinfo: names(&self.userinfo) }
    }

    /// Returns the names of all claims.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.id_token.iter().chain(&self.userinfo).map(|claim| claim.name.as_str())
    }
}

impl ClaimRequest {
    fn accepts(&self, user: (&User, UserId)) -> bool {
        self.values.is_empty()
            || user_claims::value_of(user, &self.name)
                .is_some_and(|value| self.values.contains(&value))
    }
}

/// Returns the claims about the user, and the values of `sub` of which the user must have one.
pub(super) fn check(
    parameters: &Parameters,
) -> Result<(ClaimsRequest, Option<Vec<String>>), Refusal> {
    let Some(text) = parameters.get("claims") else { return Ok(Default::default()) };
    let claims =
        jose::json::object(text.as_bytes()).map_err(|error| malformed(error.to_string()))?;
    let mut subjects = None;
    let mut place = |member: &str| {
        let requested = match claims.get(member) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(requested)) => requested,
            Some(_) => return Err(malformed(format!("'{member}' is not an object"))),
        };
        check_acr(requested)?;
        subjects = common_subjects(subjects.take(), required_subjects(requested))?;
        Ok(about_user(requested))
    };
    let id_token = place("id_token")?;
    let userinfo = place("userinfo")?;
    // Microsoft's clients name their capabilities here. Access tokens have no claim on request.
    place("access_token")?;
    Ok((ClaimsRequest { id_token, userinfo }, subjects))
}

/// Returns the subjects that two parameters accept.
pub(super) fn common_subjects(
    left: Option<Vec<String>>,
    right: Option<Vec<String>>,
) -> Result<Option<Vec<String>>, Refusal> {
    let (Some(left), Some(right)) = (&left, &right) else { return Ok(left.or(right)) };
    let common: Vec<String> = left.iter().filter(|it| right.contains(it)).cloned().collect();
    if common.is_empty() {
        let comparison = Comparison::new("sub").with_difference(Difference::new("two_users"));
        return Err(refusal::essential_claim_not_satisfiable("sub").with(comparison));
    }
    Ok(Some(common))
}

fn about_user(requested: &Map<String, Value>) -> Vec<ClaimRequest> {
    let known = requested.iter().filter(|(name, _)| user_claims::scope_of(name).is_some());
    known.map(|(name, claim)| ClaimRequest { name: name.clone(), values: values(claim) }).collect()
}

/// Returns the subjects that a request for `sub` accepts; `None` for any.
fn required_subjects(requested: &Map<String, Value>) -> Option<Vec<String>> {
    let values = values(requested.get("sub")?);
    let subjects: Vec<String> =
        values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
    (!subjects.is_empty()).then_some(subjects)
}

/// Returns `value` and `values` of a requested claim.
pub(super) fn values(claim: &Value) -> Vec<Value> {
    let several = claim.get("values").and_then(Value::as_array);
    claim.get("value").into_iter().chain(several.into_iter().flatten()).cloned().collect()
}

/// Refuses an essential `acr` without a value that this service can give: it is a condition
/// (§5.5.1.1).
fn check_acr(requested: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(claim) = requested.get("acr") else { return Ok(()) };
    let essential = claim.get("essential") == Some(&Value::Bool(true));
    let values = values(claim);
    let is_supported =
        |value: &Value| value.as_str().is_some_and(|value| acr::SUPPORTED.contains(&value));
    if essential && !values.is_empty() && !values.iter().any(is_supported) {
        let comparison = Comparison::mismatch("acr", list(acr::SUPPORTED), claim)
            .with_difference(Difference::new("acr_unknown"));
        return Err(refusal::essential_claim_not_satisfiable("acr").with(comparison));
    }
    Ok(())
}

fn malformed(detail: String) -> Refusal {
    let comparison = Comparison::new("claims")
        .with_difference(Difference::new("malformed").with("detail", detail));
    refusal::claims_malformed().with(comparison)
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    fn request(claims: &str) -> Result<(ClaimsRequest, Option<Vec<String>>), Refusal> {
        let mut parameters = Parameters::default();
        parameters.insert("claims", claims).expect("a parameter");
        check(&parameters)
    }

    fn user() -> User {
        let tenant = TenantId::new(Uuid::nil());
        User {
            email: Some("rina@demo.example".to_owned()),
            ..User::new(tenant, UserId::new(Uuid::from_u128(1)), "rina@demo.example")
        }
    }

    #[test]
    fn claims_are_granted_at_the_place_that_names_them() {
        // Requests claims in every form of OpenID Connect Core §5.5.1, unknown ones among them.
        let (request, subjects) = request(
            r#"{"id_token":{"email":null,"signin_state":{"essential":false},"name#de":null},
                "userinfo":{"nickname":{"essential":true},"acr":{"values":["7"]}},
                "access_token":{"xms_cc":{"values":["cp1"]},"email":null}}"#,
        )
        .expect("a request");
        let granted = request.for_user((&user(), user().id));
        assert_eq!(
            (granted.id_token, granted.userinfo),
            (vec!["email".into()], vec!["nickname".into()])
        );
        assert_eq!(subjects, None);
    }

    #[test]
    fn a_claim_is_granted_only_with_a_requested_value() {
        // Requests values that the user has, has not, and has among others, of text and of truth.
        for (claim, is_granted) in [
            (r#""email":{"value":"rina@demo.example"}"#, true),
            (r#""email":{"value":"budi@demo.example"}"#, false),
            (r#""email":{"values":["x","rina@demo.example"],"essential":true}"#, true),
            (r#""email":{"values":[]}"#, true),
            (r#""email_verified":{"value":true}"#, false),
            (r#""email_verified":{"value":false}"#, true),
            (r#""nickname":{"value":"Al"}"#, false),
        ] {
            let (request, _) = request(&format!(r#"{{"userinfo":{{{claim}}}}}"#)).expect("passes");
            assert_eq!(
                request.for_user((&user(), user().id)).userinfo.len(),
                usize::from(is_granted),
                "{claim}"
            );
        }
    }

    #[test]
    fn subjects_of_both_places_are_intersected() {
        // Requires subjects by value and by values, in one place and in two.
        let subjects = |claims: &str| request(claims).map(|(_, subjects)| subjects);
        let list = |subjects: &[&str]| Some(subjects.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(subjects(r#"{"id_token":{"sub":null}}"#), Ok(None));
        assert_eq!(subjects(r#"{"id_token":{"sub":{"value":"a"}}}"#), Ok(list(&["a"])));
        assert_eq!(
            subjects(
                r#"{"id_token":{"sub":{"values":["a","b"]}},
                    "userinfo":{"sub":{"values":["b","c"]}}}"#
            ),
            Ok(list(&["b"]))
        );
        let none = r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#;
        assert_eq!(subjects(none).expect_err("refused").number(), 88_000_099);
    }

    #[test]
    fn an_essential_acr_must_be_a_supported_one() {
        // Requests the supported value and another one, essential and voluntary.
        let acr = |members: &str| {
            request(&format!(r#"{{"id_token":{{"acr":{{{members}}}}}}}"#)).map(drop)
        };
        assert_eq!(acr(r#""essential":true,"values":["gold","1"]"#), Ok(()));
        assert_eq!(acr(r#""essential":true"#), Ok(()));
        assert_eq!(acr(r#""values":["gold"]"#), Ok(()));
        assert!(acr(r#""essential":true,"value":"gold""#).is_err());
        assert!(acr(r#""essential":true,"value":1"#).is_err());
    }
}
