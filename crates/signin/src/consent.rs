//! What is recorded when a person allows an app something.

use model::{ClientId, Consent, DirectoryChange, TenantId, Timestamp, UserId};

/// Who allowed what to whom.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// Who.
    pub user: UserId,
    /// To whom.
    pub client: &'a ClientId,
    /// What: a resource's identifier (empty for the OpenID scopes), and scopes of it.
    pub scopes: &'a [(&'a str, &'a [String])],
    /// When.
    pub at: Timestamp,
}

/// One record per resource, each with what was allowed there before: saying yes never takes
/// anything away.
pub fn record(given: &Given<'_>, earlier: &[Consent]) -> Vec<DirectoryChange> {
    let of_resource = |(resource, scopes): &(&str, &[String])| {
        let before = earlier.iter().find(|consent| consent.resource == *resource);
        let mut all = before.map(|consent| consent.scopes.clone()).unwrap_or_default();
        for scope in *scopes {
            if !all.contains(scope) {
                all.push(scope.clone());
            }
        }
        DirectoryChange::PutConsent(Consent {
            tenant: given.tenant,
            user: given.user,
            client: given.client.clone(),
            resource: (*resource).to_owned(),
            scopes: all,
            given_at: given.at,
        })
    };
    given.scopes.iter().filter(|(_, scopes)| !scopes.is_empty()).map(of_resource).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_adds_to_what_was_allowed_before() {
        // Records two scopes, one of them new, for a resource that has a consent, and none for
        // another: the union is put, and nothing for the empty list.
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        let user = UserId::new(uuid::Uuid::from_u128(2));
        let client = ClientId::new("app").expect("an id");
        let strings =
            |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let earlier = Consent {
            tenant,
            user,
            client: client.clone(),
            resource: "api://orders".to_owned(),
            scopes: strings(&["read"]),
            given_at: Timestamp::from_seconds(1),
        };
        let (asked, none) = (strings(&["read", "write"]), Vec::new());
        let scopes = [("api://orders", asked.as_slice()), ("", none.as_slice())];
        let at = Timestamp::from_seconds(2);
        let given = Given { tenant, user, client: &client, scopes: &scopes, at };
        let expected = Consent { scopes: asked.clone(), given_at: at, ..earlier.clone() };
        assert_eq!(record(&given, &[earlier]), [DirectoryChange::PutConsent(expected)]);
    }
}
