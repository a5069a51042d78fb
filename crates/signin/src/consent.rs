//! The changes of the directory when a user consents.

use model::{ClientId, Consent, DirectoryChange, TenantId, Timestamp, UserId};

/// The consent of a user to scopes of a client.
#[derive(Clone, Debug)]
pub struct ConsentDecision<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The client.
    pub client: &'a ClientId,
    /// Resource identifiers (empty for the OpenID scopes), each with the scopes consented to.
    pub scopes: &'a [(&'a str, &'a [String])],
    /// When the user consented.
    pub at: Timestamp,
}

/// Returns one change per resource. Earlier consents to the resource are kept.
pub fn changes(decision: &ConsentDecision<'_>, earlier: &[Consent]) -> Vec<DirectoryChange> {
    let put_consent = |(resource, scopes): &(&str, &[String])| {
        let existing = earlier.iter().find(|consent| consent.resource == *resource);
        let mut all = existing.map(|consent| consent.scopes.clone()).unwrap_or_default();
        for scope in *scopes {
            if !all.contains(scope) {
                all.push(scope.clone());
            }
        }
        DirectoryChange::PutConsent(Consent {
            tenant: decision.tenant,
            user: decision.user,
            client: decision.client.clone(),
            resource: (*resource).to_owned(),
            scopes: all,
            given_at: decision.at,
            grants_not_before: existing.map(|it| it.grants_not_before).unwrap_or_default(),
        })
    };
    decision.scopes.iter().filter(|(_, scopes)| !scopes.is_empty()).map(put_consent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_added_to_earlier_consents() {
        // Consents to two scopes, one of them new, of a resource with an earlier consent, and to
        // none of another: expects the union, and no change for the empty list.
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
            grants_not_before: Timestamp::default(),
        };
        let (both, none) = (strings(&["read", "write"]), Vec::new());
        let scopes = [("api://orders", both.as_slice()), ("", none.as_slice())];
        let at = Timestamp::from_seconds(2);
        let decision = ConsentDecision { tenant, user, client: &client, scopes: &scopes, at };
        let expected = Consent { scopes: both.clone(), given_at: at, ..earlier.clone() };
        assert_eq!(changes(&decision, &[earlier]), [DirectoryChange::PutConsent(expected)]);
    }
}
