//! The strength of the authentication that a request asks for: `acr_values` (OpenID Connect Core
//! §3.1.2.1), the claim `acr` in `claims` (§5.5.1.1), and authentication contexts (`acrs`).

use model::{Client, Tenant, Timestamp, User};

use crate::{
    acr::{self, Strength},
    auth_context::TokenClaimsRequest,
    parameters::Parameters,
};

/// The strength that a request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestedStrength {
    /// The strength that the client requires: an essential `acr` or authentication context.
    pub required: Strength,
    /// The strength that the client prefers: `acr_values`, or an `acr` or context that is not
    /// essential.
    pub preferred: Strength,
}

/// Returns the requested strength. Values that are not supported are ignored: `claims` has refused
/// an essential one, and the others are wishes.
pub(super) fn parse(parameters: &Parameters, of_tokens: &TokenClaimsRequest) -> RequestedStrength {
    let listed = parameters.get("acr_values").unwrap_or_default();
    let preferred = listed.split(' ').find_map(Strength::named);
    let (mut required, mut preferred) = (Strength::default(), preferred.unwrap_or_default());
    let claims = parameters.get("claims").and_then(|it| jose::json::object(it.as_bytes()).ok());
    let places = ["id_token", "userinfo"].into_iter();
    let requests = places.filter_map(|place| claims.as_ref()?.get(place)?.get("acr"));
    for request in requests {
        let (essential, wished) = acr::requested(Some(request));
        (required, preferred) = (required.max(essential), preferred.max(wished));
    }
    RequestedStrength {
        required: required.max(of_tokens.required),
        preferred: preferred.max(of_tokens.preferred),
    }
}

impl RequestedStrength {
    /// Returns the strength that every session of the user needs for the client, by the request and
    /// by the policy of the client or tenant.
    pub fn required_of(
        self,
        user: &User,
        client: &Client,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Strength {
        let is_required = client.requires_second_factor(user, tenant, now);
        let by_policy = if is_required { Strength::TwoFactors } else { Strength::OneFactor };
        self.required.max(by_policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_follows_from_acr_values_and_from_the_claim_acr() {
        // Parses requests with known and unknown values, essential ones and wishes.
        let (one, two) = (Strength::OneFactor, Strength::TwoFactors);
        let essential = |value: &str| format!(r#"{{"id_token":{{"acr":{value}}}}}"#);
        for (acr_values, claims, expected) in [
            ("", String::new(), (one, one)),
            ("mfa", String::new(), (one, two)),
            ("gold mfa 1", String::new(), (one, two)),
            ("1 mfa", String::new(), (one, one)),
            ("", essential(r#"{"essential":true,"value":"mfa"}"#), (two, one)),
            ("", essential(r#"{"essential":true,"values":["mfa","gold"]}"#), (two, one)),
            ("", essential(r#"{"essential":true,"values":["mfa","1"]}"#), (one, one)),
            ("", essential(r#"{"essential":true}"#), (one, one)),
            ("", essential(r#"{"values":["mfa","1"]}"#), (one, two)),
            ("", essential("null"), (one, one)),
        ] {
            let mut parameters = Parameters::default();
            parameters.insert("acr_values", acr_values).expect("a parameter");
            if !claims.is_empty() {
                parameters.insert("claims", &claims).expect("a parameter");
            }
            let requested = parse(&parameters, &TokenClaimsRequest::default());
            assert_eq!(
                (requested.required, requested.preferred),
                expected,
                "{acr_values} {claims}"
            );
        }
    }
}
