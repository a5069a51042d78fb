//! `claims` (OpenID Connect Core §5.5): the named claims, from the named place. It adds no scope.
//! Claims that do not exist are left out, as §5.5.1 requires.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{RequestedClaims, RequestedTokenClaims, Tenant, User, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    acr,
    auth_context::{self, TokenClaimsRequest},
    claims_parameter::{self, values},
    parameters::Parameters,
    user_claims,
};

/// The claims that a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    id_token: Vec<ClaimRequest>,
    userinfo: Vec<ClaimRequest>,
    #[serde(default)]
    access_token: RequestedTokenClaims,
}

/// The results of the check of `claims`.
#[derive(Default)]
pub(super) struct CheckedClaims {
    /// The requested claims.
    pub(super) claims: ClaimsRequest,
    /// The values of `sub` of which the user must have one; `None` for any.
    pub(super) subjects: Option<Vec<String>>,
    /// The request of claims of access tokens.
    pub(super) of_tokens: TokenClaimsRequest,
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
        RequestedClaims {
            id_token: names(&self.id_token),
            userinfo: names(&self.userinfo),
            access_token: self.access_token.clone(),
        }
    }

    /// Returns the claims of access tokens alone.
    pub(super) fn without_user(self) -> Self {
        Self { access_token: self.access_token, ..Self::default() }
    }

    /// Returns the names of all claims about the user.
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

/// Checks the requested claims. Those of access tokens follow Microsoft's clients, which name their
/// capabilities there, and authentication contexts.
pub(super) fn check(parameters: &Parameters, tenant: &Tenant) -> Result<CheckedClaims, Refusal> {
    let Some(claims) = claims_parameter::parse(parameters)? else {
        return Ok(CheckedClaims::default());
    };
    let mut subjects = None;
    let mut place = |member: &str| {
        let Some(requested) = claims_parameter::place(&claims, member)? else {
            return Ok(Vec::new());
        };
        acr::check_requested(requested)?;
        subjects = common_subjects(subjects.take(), required_subjects(requested))?;
        Ok(about_user(requested))
    };
    let id_token = place("id_token")?;
    let userinfo = place("userinfo")?;
    place("access_token")?;
    let of_tokens = auth_context::check(&claims, tenant)?;
    let access_token = of_tokens.claims.clone();
    let claims = ClaimsRequest { id_token, userinfo, access_token };
    Ok(CheckedClaims { claims, subjects, of_tokens })
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

#[cfg(test)]
mod tests {
    use model::{AuthContext, ContextStrength, TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    fn check_claims(claims: &str) -> Result<CheckedClaims, Refusal> {
        let mut parameters = Parameters::default();
        parameters.insert("claims", claims).expect("a parameter");
        let context = |id: &str, strength| AuthContext {
            id: id.to_owned(),
            name: "Payments".to_owned(),
            strength,
        };
        let tenant = Tenant {
            auth_contexts: vec![
                context("c1", ContextStrength::TwoFactors),
                context("c2", ContextStrength::PhishingResistant),
            ],
            ..Tenant::new(TenantId::new(Uuid::nil()), "demo", [0; 32])
        };
        check(&parameters, &tenant)
    }

    fn request(claims: &str) -> Result<(ClaimsRequest, Option<Vec<String>>), Refusal> {
        check_claims(claims).map(|checked| (checked.claims, checked.subjects))
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

    #[test]
    fn strength_of_contexts_is_that_of_the_weakest_essential_one() {
        // Requests contexts in every form: one, several, unknown ones among them, and wishes.
        use crate::Strength::{OneFactor, PhishingResistant, TwoFactors};
        for (acrs, acrs_of_token, expected) in [
            (r#"{"essential":true,"value":"c1"}"#, vec!["c1"], (TwoFactors, OneFactor)),
            (r#"{"essential":true,"value":"c2"}"#, vec!["c2"], (PhishingResistant, OneFactor)),
            (
                r#"{"essential":true,"values":["c2","c1"]}"#,
                vec!["c2", "c1"],
                (TwoFactors, OneFactor),
            ),
            (
                r#"{"essential":true,"values":["c1","c1","c9"]}"#,
                vec!["c1"],
                (TwoFactors, OneFactor),
            ),
            (r#"{"essential":true}"#, vec![], (OneFactor, OneFactor)),
            (r#"{"value":"c2"}"#, vec!["c2"], (OneFactor, PhishingResistant)),
            (r#"{"value":"c9"}"#, vec![], (OneFactor, OneFactor)),
            (r#""c1""#, vec![], (OneFactor, OneFactor)),
            ("null", vec![], (OneFactor, OneFactor)),
        ] {
            let checked = check_claims(&format!(r#"{{"access_token":{{"acrs":{acrs}}}}}"#));
            let of_tokens = checked.expect("a request").of_tokens;
            assert_eq!(of_tokens.claims.acrs, acrs_of_token, "{acrs}");
            assert_eq!((of_tokens.required, of_tokens.preferred), expected, "{acrs}");
        }
        for acrs in [r#"{"essential":true,"value":"c9"}"#, r#"{"essential":true,"values":[1,{}]}"#]
        {
            let refused = check_claims(&format!(r#"{{"access_token":{{"acrs":{acrs}}}}}"#));
            assert_eq!(refused.err().map(|refusal| refusal.number()), Some(88_000_390), "{acrs}");
        }
    }

    #[test]
    fn capabilities_are_short_words_and_few() {
        // Names capabilities in every form, among them a long one, another type and too many.
        let capabilities = |xms_cc: &str| {
            let checked = check_claims(&format!(r#"{{"access_token":{{"xms_cc":{xms_cc}}}}}"#));
            checked.expect("a request").of_tokens.claims.xms_cc
        };
        assert_eq!(capabilities(r#"{"values":["cp1","llt"]}"#), ["cp1", "llt"]);
        let long = "x".repeat(33);
        let values = format!(r#"{{"values":["{long}","",1,"a b","cp1"]}}"#);
        assert_eq!(capabilities(&values), ["cp1"]);
        let many: Vec<String> = (0..50).map(|number| format!("\"c{number}\"")).collect();
        assert_eq!(capabilities(&format!(r#"{{"values":[{}]}}"#, many.join(","))).len(), 8);
    }
}
