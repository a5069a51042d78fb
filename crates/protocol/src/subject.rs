//! The identifiers by which a client knows users and sessions (OpenID Connect Core §8).

use jose::digest::{self, HmacKey};
use model::{Client, SessionId, SubjectType, Tenant, UserId};

/// Returns `sub` of a user at a client: the user's id or, by default, a pairwise identifier, by
/// which two clients cannot correlate their users (§8.1).
pub fn of_user(user: UserId, client: &Client, tenant: &Tenant) -> String {
    match client.subject_type {
        SubjectType::Public => user.to_string(),
        SubjectType::Pairwise => {
            let sector_and_user =
                [client.id.as_str().as_bytes(), &[0], &user.into_bytes()].concat();
            digest::base64url(digest::hmac_sha256(&tenant.pairwise_salt, &sector_and_user))
        }
    }
}

/// Returns `oid` of a user at a client, which is also `uid` in `client_info`: the user's id if the
/// client may know it, by default another one for each client.
pub fn object_id(user: UserId, client: &Client, tenant: &Tenant) -> UserId {
    UserId::from_bytes(shown(("oid", user.into_bytes()), client, tenant, ROUNDS))
}

/// Returns `sid` of a session at a client: its id if the client may know users by their ids, by
/// default another one for each client.
pub fn session_id(session: SessionId, client: &Client, tenant: &Tenant) -> SessionId {
    SessionId::new(shown(("sid", session.into_bytes()), client, tenant, ROUNDS))
}

/// Returns the session that a client knows under this `sid`.
pub fn session_of(sid: SessionId, client: &Client, tenant: &Tenant) -> SessionId {
    let mut rounds = ROUNDS;
    rounds.reverse();
    SessionId::new(shown(("sid", sid.into_bytes()), client, tenant, rounds))
}

/// Returns whether the client may recognize users that other clients know.
pub(crate) fn is_pairwise(client: &Client) -> bool {
    client.subject_type == SubjectType::Pairwise && !client.oid
}

/// The rounds of [`permuted`]. Four make it a strong pseudorandom permutation (Luby and Rackoff).
const ROUNDS: [u8; 4] = [1, 2, 3, 4];

fn shown(
    (kind, id): (&str, [u8; 16]),
    client: &Client,
    tenant: &Tenant,
    rounds: [u8; 4],
) -> [u8; 16] {
    if !is_pairwise(client) {
        return id;
    }
    // A key of its own, so that no `sub` is also the key of a permutation.
    let key = digest::hmac_sha256(&tenant.pairwise_salt, b"ids of one client");
    let kind_and_client = [kind.as_bytes(), &[0], client.id.as_str().as_bytes()].concat();
    permuted(id, &HmacKey::new(&digest::hmac_sha256(&key, &kind_and_client)), rounds)
}

/// Permutes all ids by a Feistel network of HMAC-SHA-256. The reversed rounds invert it, so that
/// the service finds a session by its `sid`.
fn permuted(id: [u8; 16], key: &HmacKey, rounds: [u8; 4]) -> [u8; 16] {
    let [mut left, mut right] = halves(&id);
    for round in rounds {
        let digest = key.sign(&[&[round][..], &right.to_be_bytes()].concat());
        let [mask, ..] = halves(&digest);
        (left, right) = (right, left ^ mask);
    }
    ((u128::from(right) << 64) | u128::from(left)).to_be_bytes()
}

/// Returns the first two numbers of eight bytes.
fn halves(bytes: &[u8]) -> [u64; 2] {
    let mut halves = [0; 2];
    for (half, chunk) in halves.iter_mut().zip(bytes.chunks_exact(8)) {
        *half = chunk.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
    }
    halves
}

#[cfg(test)]
mod tests {
    use model::{ClientId, TenantId};

    use super::*;

    fn tenant() -> Tenant {
        Tenant::new(TenantId::from_bytes([1; 16]), "demo", [3; 32])
    }

    fn client(id: &str) -> Client {
        Client::new(tenant().id, ClientId::new(id).expect("an id"), id)
    }

    #[test]
    fn session_is_found_by_the_sid_of_its_client_only() {
        // Inverts the `sid` of many sessions with the client that got it, and with another one.
        let (tenant, one, other) = (tenant(), client("one"), client("other"));
        for number in 0..200_u128 {
            let session = SessionId::new((number << 57).to_be_bytes());
            let sid = session_id(session, &one, &tenant);
            assert_ne!(sid, session);
            assert_eq!(session_of(sid, &one, &tenant), session);
            assert_ne!(session_of(sid, &other, &tenant), session);
        }
    }

    #[test]
    fn ids_differ_for_each_pairwise_client_and_kind() {
        // Derives both kinds for two clients from one number, and for clients that may know ids.
        let (tenant, user) = (tenant(), UserId::from_bytes([9; 16]));
        let of = |client: &Client| {
            let session = SessionId::new(user.into_bytes());
            let sid = session_id(session, client, &tenant).into_bytes();
            [object_id(user, client, &tenant).into_bytes(), sid, user.into_bytes()]
        };
        let mut all = [of(&client("one")), of(&client("other"))].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5, "the id itself, and two for each client");
        let public = Client { subject_type: SubjectType::Public, ..client("one") };
        let named = Client { oid: true, ..client("one") };
        for client in [public, named] {
            assert_eq!(of(&client), [user.into_bytes(); 3]);
        }
    }
}
