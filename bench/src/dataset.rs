//! Who there is and what was given, by number: whoever knows the number knows the rest.

use jose::digest::{base64url, sha256};
use model::{
    Client, ClientCredential, ClientId, Grant, GrantId, Permission, Platform, RedirectUri,
    Resource, Role, Scope, Seconds, SessionId, SubjectType, Tenant, TenantId, Timestamp, User,
    UserId,
};
use uuid::{Builder, Uuid};

use crate::Outcome;

/// The resource whose tokens are signed with ES256.
pub(crate) const ES256: &str = "api://es256";
/// The resource whose tokens are signed with RS256.
pub(crate) const RS256: &str = "api://rs256";
/// Where codes go.
pub(crate) const REDIRECT_URI: &str = "https://app.test/callback";
/// A code verifier (RFC 7636 §4.1); that everybody knows it is no harm here.
pub(crate) const VERIFIER: &str = "bench-verifier-bench-verifier-bench-verifier";

const SCOPE: &str = "read";
const ROLE: &str = "reader";

/// How much there is. Even clients keep a secret, odd ones are public; a grant's client has the
/// grant's number, counted around, so that even grants are of confidential clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct World {
    /// An even number.
    pub(crate) clients: u64,
    pub(crate) grants: u64,
}

impl World {
    /// The client that a grant was given to.
    pub(crate) const fn client_of(self, grant: u64) -> u64 {
        grant % self.clients
    }

    /// Some confidential client, another one for each number in a row.
    pub(crate) const fn confidential(self, number: u64) -> u64 {
        scattered(number, self.clients / 2) * 2
    }

    /// Some grant of a confidential client.
    pub(crate) const fn confidential_grant(self, number: u64) -> u64 {
        scattered(number, self.grants / 2) * 2
    }

    /// A grant of a public client, each once; none when all were given out.
    pub(crate) fn public_grant(self, number: u64) -> Option<u64> {
        let public = self.grants / 2;
        (number < public).then(|| scattered(number, public) * 2 + 1)
    }
}

/// Goes through `0..count` without order and without meeting one twice, as the step is a prime
/// that is larger than any count.
const fn scattered(number: u64, count: u64) -> u64 {
    const STEP: u128 = 2_305_843_009_213_693_951;
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is less than count")]
    let place = ((number as u128 * STEP) % count as u128) as u64;
    place
}

/// The one tenant.
pub(crate) fn tenant() -> Tenant {
    Tenant::new(tenant_id(), "bench", sha256(b"bench salt"))
}

/// Its id.
pub(crate) fn tenant_id() -> TenantId {
    TenantId::new(uuid("tenant", 0))
}

/// Its resources.
pub(crate) fn resources() -> [Resource; 2] {
    [(ES256, "ES256", true), (RS256, "RS256", false)].map(|(identifier, algorithm, default)| {
        Resource {
            tenant: tenant_id(),
            identifier: identifier.to_owned(),
            name: format!("API of {algorithm}"),
            enabled: true,
            default,
            scopes: vec![Scope {
                value: SCOPE.to_owned(),
                description: "Read".to_owned(),
                admin_only: false,
            }],
            roles: vec![Role { value: ROLE.to_owned(), description: "Reads".to_owned() }],
            token_alg: algorithm.to_owned(),
            token_typ: "at+jwt".to_owned(),
            token_lifetime: Seconds::hours(1),
            introspection_clients: Vec::new(),
        }
    })
}

/// A client. Its ID tokens are signed with ES256.
pub(crate) fn client(number: u64) -> Outcome<Client> {
    let public = !number.is_multiple_of(2);
    let secret = ClientCredential::Secret {
        id: "bench".to_owned(),
        sha256: sha256(secret(number).as_bytes()),
        expires: None,
    };
    let permission = |resource: &str| Permission {
        resource: resource.to_owned(),
        scopes: vec![SCOPE.to_owned()],
        roles: vec![ROLE.to_owned()],
    };
    Ok(Client {
        tenant: tenant_id(),
        id: client_id(number)?,
        name: format!("Client {number}"),
        enabled: true,
        public,
        redirect_uris: vec![RedirectUri {
            uri: REDIRECT_URI.to_owned(),
            platform: if public { Platform::Native } else { Platform::Web },
        }],
        credentials: if public { Vec::new() } else { vec![secret] },
        grant_types: ["authorization_code", "client_credentials", "refresh_token"]
            .map(str::to_owned)
            .to_vec(),
        permissions: vec![permission(ES256), permission(RS256)],
        consent_granted: true,
        subject_type: SubjectType::Pairwise,
        id_token_alg: "ES256".to_owned(),
        refresh_token_rotation: None,
        dpop_required: false,
        rehearsal: false,
    })
}

/// A client's `client_id`.
pub(crate) fn client_id(number: u64) -> Outcome<ClientId> {
    ClientId::new(&uuid("client", number).to_string()).ok_or_else(|| "no client_id".into())
}

/// A client's secret: 256 bits.
pub(crate) fn secret(number: u64) -> String {
    base64url(drawn("secret", number))
}

/// A person.
pub(crate) fn user(number: u64) -> User {
    User {
        administrator: false,
        tenant: tenant_id(),
        id: user_id(number),
        username: format!("user{number}@bench.test"),
        name: format!("User {number}"),
        email: None,
        email_verified: false,
        enabled: true,
        tokens_not_before: Timestamp::default(),
        roles: Vec::new(),
    }
}

/// A person's id.
pub(crate) fn user_id(number: u64) -> UserId {
    UserId::new(uuid("user", number))
}

/// A grant as it was opened: with a refresh token, without an ID token, so that a refresh signs
/// once.
pub(crate) fn grant(world: World, number: u64, now: Timestamp) -> Outcome<Grant> {
    let client = world.client_of(number);
    Ok(Grant {
        tenant: tenant_id(),
        id: grant_id(number),
        client: client_id(client)?,
        user: user_id(client),
        session: SessionId::new(sixteen("session", number)),
        resource: ES256.to_owned(),
        scopes: vec![SCOPE.to_owned()],
        openid_scopes: vec!["offline_access".to_owned()],
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        confirmation: None,
        single_page: false,
        opened_at: now,
        expires_at: now + Seconds::days(90),
        generation: 0,
        rotated_at: now,
        revoked: None,
    })
}

/// A grant's id.
pub(crate) fn grant_id(number: u64) -> GrantId {
    GrantId::new(sixteen("grant", number))
}

/// Sixteen bytes that follow from a name and a number, and look random.
pub(crate) fn sixteen(name: &str, number: u64) -> [u8; 16] {
    drawn(name, number).first_chunk().copied().unwrap_or_default()
}

fn uuid(name: &str, number: u64) -> Uuid {
    Builder::from_random_bytes(sixteen(name, number)).into_uuid()
}

fn drawn(name: &str, number: u64) -> [u8; 32] {
    sha256(&[name.as_bytes(), &number.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_grant_of_a_public_client_is_given_out_once() {
        // Draws all of them, and looks whom they belong to.
        let world = World { clients: 100, grants: 10_000 };
        let drawn: BTreeSet<u64> =
            (0..5_000).map(|number| world.public_grant(number).unwrap()).collect();
        assert_eq!(drawn.len(), 5_000);
        assert_eq!(world.public_grant(5_000), None);
        assert!(drawn.iter().all(|grant| client(world.client_of(*grant)).unwrap().public));
    }

    #[test]
    fn clients_that_are_to_prove_themselves_can() {
        // Draws more clients and grants than there are: they come round.
        let world = World { clients: 100, grants: 1_000 };
        for number in 0..2_000 {
            assert!(!client(world.confidential(number)).unwrap().public);
            let grant = world.confidential_grant(number);
            assert!(grant < world.grants && !client(world.client_of(grant)).unwrap().public);
        }
    }
}
