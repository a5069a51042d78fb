//! The row of a grant: its key, and what never changes about the grant as one value.

use std::borrow::Cow;

use model::{
    ClientId, Confirmation, Grant, GrantDetails, GrantId, Revocation, RevocationReason, SessionId,
    TenantId, Timestamp, UserId,
};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::column::{damaged, optional_time, time, to_json};
use crate::sql::ledger as sql;

/// An odd number whose multiples are far apart: 2⁶⁴ divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The key of a grant, as the columns `key`, `tenant` and `id_end` have it.
///
/// The number finds the row, and the others tell whether it is the right one. Ids are random, so
/// one in 10¹² new grants finds its number taken if there are ten million. It is then refused as
/// one whose id exists, and the user signs in again.
pub(super) struct GrantKey {
    pub(super) number: i64,
    pub(super) tenant: [u8; 16],
    pub(super) id_end: i64,
}

impl GrantKey {
    /// Returns the key. The ids of one tenant in their order have numbers in order, apart from one
    /// place where the numbers begin again.
    pub(super) fn new(tenant: TenantId, id: GrantId) -> Self {
        let (of_tenant, _) = tenant.uuid().as_u64_pair();
        let (start, end) = Uuid::from_bytes(id.into_bytes()).as_u64_pair();
        Self {
            number: start.wrapping_add(of_tenant.wrapping_mul(SPREAD)).cast_signed(),
            tenant: tenant.into_bytes(),
            id_end: end.cast_signed(),
        }
    }
}

/// The members of a grant that never change, as the column `terms` contains them.
///
/// The encoding has no names, so the list is complete: a new member of a grant belongs in
/// [`GrantDetails`], or in a column with a default.
#[derive(Serialize, Deserialize)]
struct Terms<'a> {
    client: StoredClientId<'a>,
    user: [u8; 16],
    session: [u8; 16],
    resource: Cow<'a, str>,
    scopes: Cow<'a, [String]>,
    openid_scopes: Cow<'a, [String]>,
    amr: Cow<'a, [String]>,
    jkt: Option<[u8; 32]>,
    single_page: bool,
    /// In microseconds, as the next one.
    auth_time: i64,
    opened_at: i64,
    /// A JSON document. Empty if every member has its default.
    details: Cow<'a, str>,
}

/// A `client_id`. Those that Admit generates take less than half of the place of their text.
#[derive(Serialize, Deserialize)]
enum StoredClientId<'a> {
    /// The text is this UUID in lower case with hyphens.
    Uuid([u8; 16]),
    /// Any other text.
    Text(Cow<'a, str>),
}

impl<'a> Terms<'a> {
    fn new(grant: &'a Grant) -> rusqlite::Result<Self> {
        let is_default = grant.details == GrantDetails::default();
        Ok(Self {
            client: StoredClientId::new(&grant.client),
            user: grant.user.into_bytes(),
            session: grant.session.into_bytes(),
            resource: Cow::Borrowed(&grant.resource),
            scopes: Cow::Borrowed(&grant.scopes),
            openid_scopes: Cow::Borrowed(&grant.openid_scopes),
            amr: Cow::Borrowed(&grant.amr),
            jkt: grant.confirmation.map(|Confirmation::Jkt(thumbprint)| thumbprint),
            single_page: grant.single_page,
            auth_time: grant.auth_time.microseconds(),
            opened_at: grant.opened_at.microseconds(),
            details: if is_default { "".into() } else { to_json(&grant.details)?.into() },
        })
    }

    fn to_bytes(&self) -> rusqlite::Result<Vec<u8>> {
        postcard::to_allocvec(self)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

impl<'a> StoredClientId<'a> {
    fn new(client: &'a ClientId) -> Self {
        let text = client.as_str();
        match Uuid::try_parse(text) {
            Ok(uuid) if uuid.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text => {
                Self::Uuid(uuid.into_bytes())
            }
            _ => Self::Text(Cow::Borrowed(text)),
        }
    }

    fn client_id(&self) -> Option<ClientId> {
        match self {
            Self::Uuid(bytes) => ClientId::new(
                Uuid::from_bytes(*bytes).as_hyphenated().encode_lower(&mut Uuid::encode_buffer()),
            ),
            Self::Text(text) => ClientId::new(text),
        }
    }
}

/// Reads the row that `sql::GRANT` finds.
pub(super) fn grant(tenant: TenantId, id: GrantId, row: &Row<'_>) -> rusqlite::Result<Grant> {
    let terms = row.get_ref(5)?.as_blob()?;
    let terms: Terms<'_> = postcard::from_bytes(terms).map_err(|error| damaged(5, error))?;
    let details = match &*terms.details {
        "" => GrantDetails::default(),
        document => serde_json::from_str(document).map_err(|error| damaged(5, error))?,
    };
    Ok(Grant {
        tenant,
        id,
        client: terms.client.client_id().ok_or_else(|| damaged(5, "not a client_id"))?,
        user: UserId::from_bytes(terms.user),
        session: SessionId::new(terms.session),
        resource: terms.resource.into_owned(),
        scopes: terms.scopes.into_owned(),
        openid_scopes: terms.openid_scopes.into_owned(),
        auth_time: Timestamp::from_microseconds(terms.auth_time),
        amr: terms.amr.into_owned(),
        confirmation: terms.jkt.map(Confirmation::Jkt),
        single_page: terms.single_page,
        opened_at: Timestamp::from_microseconds(terms.opened_at),
        expires_at: time(row, 0)?,
        generation: row.get(1)?,
        rotated_at: time(row, 2)?,
        revoked: revocation(row, 3)?,
        details,
    })
}

/// Inserts a grant. Returns the number of changed rows.
pub(super) fn open_grant(connection: &Connection, grant: &Grant) -> rusqlite::Result<usize> {
    let key = GrantKey::new(grant.tenant, grant.id);
    connection.prepare_cached(sql::OPEN_GRANT)?.execute(params![
        key.number,
        key.tenant,
        key.id_end,
        grant.expires_at.microseconds(),
        grant.generation,
        grant.rotated_at.microseconds(),
        grant.revoked.map(|revocation| revocation.at.microseconds()),
        grant.revoked.map(|revocation| reason_name(revocation.reason)),
        Terms::new(grant)?.to_bytes()?,
    ])
}

/// Reads the time of a revocation from a column, and the reason from the next one.
pub(super) fn revocation(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Revocation>> {
    let Some(at) = optional_time(row, column)? else { return Ok(None) };
    let reason = reason_from_name(row.get_ref(column + 1)?.as_str()?)
        .ok_or_else(|| damaged(column + 1, "not a reason for a revocation"))?;
    Ok(Some(Revocation { at, reason }))
}

/// Returns the value of the column `revoked_reason`.
pub(super) const fn reason_name(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::CodeReplayed => "code_replayed",
        RevocationReason::RefreshTokenReplayed => "refresh_token_replayed",
        RevocationReason::ByClient => "by_client",
        RevocationReason::ByAdministrator => "by_administrator",
    }
}

fn reason_from_name(name: &str) -> Option<RevocationReason> {
    Some(match name {
        "code_replayed" => RevocationReason::CodeReplayed,
        "refresh_token_replayed" => RevocationReason::RefreshTokenReplayed,
        "by_client" => RevocationReason::ByClient,
        "by_administrator" => RevocationReason::ByAdministrator,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::RequestedClaims;

    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn sample() -> Grant {
        Grant {
            tenant: TenantId::from_bytes([1; 16]),
            id: GrantId::new([2; 16]),
            client: ClientId::new("0a1b2c3d-0000-4000-8000-000000000000").unwrap(),
            user: UserId::from_bytes([3; 16]),
            session: SessionId::new([4; 16]),
            resource: text("api"),
            scopes: vec![text("read")],
            openid_scopes: vec![text("openid")],
            auth_time: Timestamp::from_microseconds(1),
            amr: vec![text("pwd")],
            confirmation: Some(Confirmation::Jkt([5; 32])),
            single_page: true,
            opened_at: Timestamp::from_microseconds(2),
            expires_at: Timestamp::from_microseconds(3),
            generation: 0,
            rotated_at: Timestamp::from_microseconds(2),
            revoked: None,
            details: GrantDetails {
                claims: Some(Box::new(RequestedClaims {
                    userinfo: vec![text("name")],
                    ..RequestedClaims::default()
                })),
                ..GrantDetails::default()
            },
        }
    }

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    #[test]
    fn terms_of_a_grant_are_encoded_as_in_stored_rows() {
        // Encodes a grant with every member. A difference means that stored grants are unreadable.
        let encoded = Terms::new(&sample()).unwrap().to_bytes().unwrap();
        let details = r#"{"claims":{"userinfo":["name"]}}"#;
        let expected = [
            "00".to_owned() + "0a1b2c3d000040008000000000000000",
            "03".repeat(16),
            "04".repeat(16),
            "03".to_owned() + &hexadecimal(b"api"),
            "0104".to_owned() + &hexadecimal(b"read"),
            "0106".to_owned() + &hexadecimal(b"openid"),
            "0103".to_owned() + &hexadecimal(b"pwd"),
            "01".to_owned() + &"05".repeat(32),
            "01".to_owned(),
            "0204".to_owned(),
            "20".to_owned() + &hexadecimal(details.as_bytes()),
        ];
        assert_eq!(hexadecimal(&encoded), expected.concat());
    }

    #[test]
    fn client_id_is_stored_as_a_uuid_only_if_its_text_is_kept() {
        // Stores texts that the parser of UUIDs accepts, and others, and reads them again.
        let uuid = "0a1b2c3d-0000-4000-8000-000000000000";
        let upper = uuid.to_uppercase();
        let (simple, braced) = (uuid.replace('-', ""), format!("{{{uuid}}}"));
        for text in [uuid, &upper, &simple, &braced, "app", "-"] {
            let client = ClientId::new(text).unwrap();
            let stored = StoredClientId::new(&client);
            assert_eq!(matches!(stored, StoredClientId::Uuid(_)), text == uuid, "{text}");
            assert_eq!(stored.client_id(), Some(client));
        }
    }

    #[test]
    fn key_of_a_grant_differs_by_tenant_and_by_both_halves_of_its_id() {
        // Computes keys of ids and tenants that differ in one byte. The second half of an id is in
        // a column of its own, and leaves the number as it is.
        let key = |tenant: u8, start: u8, end: u8| {
            let mut id = [0; 16];
            (id[0], id[15]) = (start, end);
            let key = GrantKey::new(TenantId::from_bytes([tenant; 16]), GrantId::new(id));
            (key.number, key.tenant, key.id_end)
        };
        let numbers: BTreeSet<i64> =
            (0..16).flat_map(|tenant| (0..16).map(move |start| key(tenant, start, 0).0)).collect();
        assert_eq!(numbers.len(), 256);
        assert!(key(1, 1, 0).0 == key(1, 1, 1).0 && key(1, 1, 0).2 != key(1, 1, 1).2);
    }
}
