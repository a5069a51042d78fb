//! The clients, users and grants of a run. Each is derived from its number alone.

use std::ops::Range;

use jose::Jwk;
use jose::digest::{base64url, sha256};
use model::{
    Client, ClientCredential, ClientId, DirectoryChange, Grant, GrantDetails, GrantId, Password,
    PasswordPreparation, Permission, Platform, RedirectUri, Resource, Role, Scope, Seconds,
    SessionId, Tenant, TenantId, Timestamp, User, UserId,
};
use signin::factor::password::{self, HashCost};
use uuid::{Builder, Uuid};

use crate::Result;

/// The resource whose tokens are signed with ES256.
pub(crate) const ES256: &str = "api://es256";
/// The resource whose tokens are signed with RS256.
pub(crate) const RS256: &str = "api://rs256";
/// The redirect URI of every client.
pub(crate) const REDIRECT_URI: &str = "https://app.test/callback";
/// The code verifier of every request (RFC 7636 §4.1). It need not be secret here.
pub(crate) const VERIFIER: &str = "bench-verifier-bench-verifier-bench-verifier";

/// The number of users that have a password and no other factor, and the password.
pub(crate) const USERS_WITH_PASSWORD: u64 = 16;
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The lifetime of a grant.
const GRANT_DAYS: i64 = 90;
const SCOPE: &str = "read";
const ROLE: &str = "reader";

/// The size of a data set. Clients with even numbers are confidential, the others public. The
/// client of a grant has the grant's number modulo the number of clients, so grants with even
/// numbers belong to confidential clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dataset {
    /// An even number.
    pub(crate) clients: u64,
    pub(crate) grants: u64,
    /// The first tenant has all clients and grants.
    pub(crate) tenants: u64,
    /// Whether every user but the first [`USERS_WITH_PASSWORD`] has a password and three other
    /// factors.
    pub(crate) factors: bool,
}

impl Dataset {
    /// Creates the size of a data set with one tenant.
    pub(crate) const fn new(clients: u64, grants: u64) -> Self {
        Self { clients, grants, tenants: 1, factors: false }
    }

    /// Returns the numbers of the users with factors besides the password.
    pub(crate) fn users_with_factors(self) -> Range<u64> {
        let end = if self.factors { self.clients } else { 0 };
        USERS_WITH_PASSWORD.min(end)..end
    }

    /// Returns the client of a grant.
    pub(crate) const fn client_of(self, grant: u64) -> u64 {
        grant % self.clients
    }

    /// Returns a confidential client, a different one for each of successive numbers.
    pub(crate) const fn confidential(self, number: u64) -> u64 {
        permute(number, self.clients / 2) * 2
    }

    /// Returns a grant of a confidential client.
    pub(crate) const fn confidential_grant(self, number: u64) -> u64 {
        permute(number, self.grants / 2) * 2
    }

    /// Returns the index of a grant among those of public clients, which are every second one. Each
    /// index is returned once before any is returned again.
    pub(crate) const fn public_index(self, number: u64) -> u64 {
        permute(number, self.grants / 2)
    }
}

/// Maps the numbers below `count` to a permutation of them. The step is a prime above any count, so
/// no number repeats.
const fn permute(number: u64, count: u64) -> u64 {
    const STEP: u128 = 2_305_843_009_213_693_951;
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is less than count")]
    let index = ((number as u128 * STEP) % count as u128) as u64;
    index
}

/// Returns a tenant without clients, which signs with ES256 only: keys for RS256 take long to
/// create.
pub(crate) fn empty_tenant(number: u64) -> Tenant {
    let id = TenantId::new(uuid("tenant", number));
    let salt = derive_32("salt", number);
    let signing_algs = vec!["ES256".to_owned()];
    Tenant { signing_algs, ..Tenant::new(id, &format!("bench-{number}"), salt) }
}

/// Returns the tenant with the clients.
pub(crate) fn tenant() -> Tenant {
    Tenant::new(tenant_id(), "bench", sha256(b"bench salt"))
}

/// Returns the id of the tenant.
pub(crate) fn tenant_id() -> TenantId {
    TenantId::new(uuid("tenant", 0))
}

/// Returns the resources of the tenant.
pub(crate) fn resources() -> [Resource; 2] {
    [(ES256, "ES256", true), (RS256, "RS256", false)].map(|(identifier, algorithm, default)| {
        Resource {
            name: format!("API of {algorithm}").into(),
            default,
            scopes: vec![Scope::new(SCOPE, "Read")],
            roles: vec![Role { value: ROLE.to_owned(), description: "Reads".into() }],
            token_alg: algorithm.to_owned(),
            ..Resource::new(tenant_id(), identifier)
        }
    })
}

/// Returns a client. Its ID tokens are signed with ES256. A confidential one has a secret of its
/// own and the public key of all clients.
pub(crate) fn client(number: u64, key: &Jwk) -> Result<Client> {
    let public = !number.is_multiple_of(2);
    let secret = ClientCredential::Secret {
        id: "bench".to_owned(),
        sha256: sha256(secret(number).as_bytes()),
        expires: None,
    };
    let key = ClientCredential::PublicKey {
        id: key.kid.clone().unwrap_or_default(),
        jwk: key.to_json().to_string(),
        x5t: None,
        x5t_s256: None,
        expires: None,
    };
    let permission = |resource: &str| Permission {
        resource: resource.to_owned(),
        scopes: vec![SCOPE.to_owned()],
        roles: vec![ROLE.to_owned()],
    };
    Ok(Client {
        public,
        redirect_uris: vec![RedirectUri {
            uri: REDIRECT_URI.to_owned(),
            platform: if public { Platform::Native } else { Platform::Web },
        }],
        credentials: if public { Vec::new() } else { vec![secret, key] },
        grant_types: ["authorization_code", "client_credentials", "refresh_token"]
            .map(str::to_owned)
            .to_vec(),
        permissions: vec![permission(ES256), permission(RS256)],
        admin_consent: true,
        id_token_alg: "ES256".to_owned(),
        ..Client::new(tenant_id(), client_id(number)?, &format!("Client {number}"))
    })
}

/// Returns the `client_id` of a client.
pub(crate) fn client_id(number: u64) -> Result<ClientId> {
    ClientId::new(&uuid("client", number).to_string()).ok_or_else(|| "no client_id".into())
}

/// Returns the secret of a client, with 256 bits.
pub(crate) fn secret(number: u64) -> String {
    base64url(derive_32("secret", number))
}

/// Returns a user.
pub(crate) fn user(number: u64) -> User {
    User {
        name: format!("User {number}"),
        ..User::new(tenant_id(), user_id(number), &username(number))
    }
}

/// Returns the changes that give the first users, and those with other factors, the password
/// [`PASSWORD`].
pub(crate) fn passwords(dataset: Dataset) -> Vec<DirectoryChange> {
    let hash = password::hash(PASSWORD, derive_16("password salt", 0), HashCost::default());
    let password = Password {
        hash: hash.unwrap_or_default(),
        set_at: Timestamp::default(),
        preparation: PasswordPreparation::Nfc,
        rehashed_from: None,
    };
    let users = 0..dataset.clients.min(USERS_WITH_PASSWORD);
    let users = users.chain(dataset.users_with_factors());
    let change = |user| DirectoryChange::PutPassword {
        tenant: tenant_id(),
        user: user_id(user),
        password: password.clone(),
    };
    users.map(change).collect()
}

/// Returns the name with which a user signs in.
pub(crate) fn username(number: u64) -> String {
    format!("user{number}@bench.test")
}

/// Returns the id of a user.
pub(crate) fn user_id(number: u64) -> UserId {
    UserId::new(uuid("user", number))
}

/// Returns a new grant. It has a refresh token but no ID token, so that a refresh signs once.
pub(crate) fn grant(
    dataset: Dataset,
    (number, id): (u64, GrantId),
    now: Timestamp,
) -> Result<Grant> {
    let client = dataset.client_of(number);
    Ok(Grant {
        tenant: tenant_id(),
        id,
        client: client_id(client)?,
        user: user_id(client),
        session: SessionId::new(derive_16("session", number)),
        resource: ES256.to_owned(),
        scopes: vec![SCOPE.to_owned()],
        openid_scopes: vec!["offline_access".to_owned()],
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        confirmation: None,
        single_page: false,
        opened_at: now,
        expires_at: now + Seconds::days(GRANT_DAYS),
        generation: 0,
        rotated_at: now,
        revoked: None,
        details: GrantDetails::default(),
    })
}

/// The way in which the ids of grants are derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantIds {
    /// All bytes are random, so that data can be kept from one run to the next.
    Random,
    /// The ids say that the row ends at this time, as those of the service do. It decides in which
    /// table PostgreSQL stores the row.
    EndAt(Timestamp),
}

impl GrantIds {
    /// Returns the ids of grants that the service would open now.
    pub(crate) fn new_at(now: Timestamp) -> Self {
        Self::EndAt(now + Seconds::days(GRANT_DAYS))
    }

    /// Returns the id of a grant.
    pub(crate) fn grant(self, number: u64) -> GrantId {
        self.derive("grant", number)
    }

    /// Returns the id of the grant that a code opens.
    pub(crate) fn code(self, number: u64) -> GrantId {
        self.derive("code", number)
    }

    fn derive(self, name: &str, number: u64) -> GrantId {
        let random = derive_16(name, number);
        match self {
            Self::Random => GrantId::new(random),
            Self::EndAt(end) => GrantId::with_end(random, end, 0),
        }
    }
}

/// Derives sixteen bytes from a name and a number.
pub(crate) fn derive_16(name: &str, number: u64) -> [u8; 16] {
    derive_32(name, number).first_chunk().copied().unwrap_or_default()
}

fn uuid(name: &str, number: u64) -> Uuid {
    Builder::from_random_bytes(derive_16(name, number)).into_uuid()
}

pub(crate) fn derive_32(name: &str, number: u64) -> [u8; 32] {
    sha256(&[name.as_bytes(), &number.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key() -> Jwk {
        let (key, _) = jose::SigningKey::generate(jose::Algorithm::Es256).unwrap();
        key.public_jwk().clone()
    }

    #[test]
    fn every_grant_of_a_public_client_is_returned_before_any_returns() {
        // Requests all of them twice, and checks their clients.
        let dataset = Dataset::new(100, 10_000);
        let key = key();
        let grants: BTreeSet<u64> =
            (0..5_000).map(|number| dataset.public_index(number) * 2 + 1).collect();
        assert_eq!(grants.len(), 5_000);
        assert_eq!(dataset.public_index(5_007), dataset.public_index(7));
        assert!(grants.iter().all(|grant| client(dataset.client_of(*grant), &key).unwrap().public));
    }

    #[test]
    fn confidential_clients_and_their_grants_are_confidential() {
        // Requests more clients and grants than exist, so that they repeat.
        let dataset = Dataset::new(100, 1_000);
        let key = key();
        let is_public = |number| client(number, &key).unwrap().public;
        for number in 0..2_000 {
            assert!(!is_public(dataset.confidential(number)));
            let grant = dataset.confidential_grant(number);
            assert!(grant < dataset.grants && !is_public(dataset.client_of(grant)));
        }
    }
}
