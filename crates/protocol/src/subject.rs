//! The claim `sub` (OpenID Connect Core §8).

use jose::digest;
use model::{Client, SubjectType, Tenant, User};

/// Returns `sub` of a user at a client: the user's id or, by default, a pairwise identifier, by
/// which two clients cannot correlate their users (§8.1).
pub fn of_user(user: &User, client: &Client, tenant: &Tenant) -> String {
    match client.subject_type {
        SubjectType::Public => user.id.to_string(),
        SubjectType::Pairwise => {
            let sector_and_user =
                [client.id.as_str().as_bytes(), &[0], &user.id.into_bytes()].concat();
            digest::base64url(digest::hmac_sha256(&tenant.pairwise_salt, &sector_and_user))
        }
    }
}
