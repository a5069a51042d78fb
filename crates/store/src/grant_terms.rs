//! The members of a grant that never change, as one value of a row, on every store.

use std::borrow::Cow;

use model::{
    ClientId, Confirmation, Grant, GrantDetails, GrantId, Revocation, RevocationReason, SessionId,
    TenantId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The reason why terms cannot be read or written.
pub(crate) type TermsError = Box<dyn std::error::Error + Send + Sync>;

/// The members of a grant that change, or that statements read: columns of their own.
#[derive(Clone, Copy)]
pub(crate) struct GrantColumns {
    /// See [`Grant::expires_at`].
    pub(crate) expires_at: Timestamp,
    /// See [`Grant::generation`].
    pub(crate) generation: u32,
    /// See [`Grant::rotated_at`].
    pub(crate) rotated_at: Timestamp,
    /// See [`Grant::revoked`].
    pub(crate) revoked: Option<Revocation>,
}

/// Returns the value of the column `terms`.
pub(crate) fn encode(grant: &Grant) -> Result<Vec<u8>, TermsError> {
    Ok(postcard::to_allocvec(&Terms::new(grant)?)?)
}

/// Returns the grant of a row.
pub(crate) fn decode(
    (tenant, id): (TenantId, GrantId),
    terms: &[u8],
    columns: GrantColumns,
) -> Result<Grant, TermsError> {
    let terms: Terms<'_> = postcard::from_bytes(terms)?;
    let details = match &*terms.details {
        "" => GrantDetails::default(),
        document => serde_json::from_str(document)?,
    };
    let GrantColumns { expires_at, generation, rotated_at, revoked } = columns;
    Ok(Grant {
        tenant,
        id,
        client: terms.client.client_id().ok_or("not a client_id")?,
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
        expires_at,
        generation,
        rotated_at,
        revoked,
        details,
    })
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
    fn new(grant: &'a Grant) -> Result<Self, TermsError> {
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
            details: if is_default {
                "".into()
            } else {
                serde_json::to_string(&grant.details)?.into()
            },
        })
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

/// Returns the value of the column `revoked_reason`.
pub(crate) const fn reason_name(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::CodeReplayed => "code_replayed",
        RevocationReason::RefreshTokenReplayed => "refresh_token_replayed",
        RevocationReason::ByClient => "by_client",
        RevocationReason::ByAdministrator => "by_administrator",
        RevocationReason::SignedOut => "signed_out",
    }
}

/// Returns the reason with this name.
pub(crate) fn reason_from_name(name: &str) -> Option<RevocationReason> {
    Some(match name {
        "code_replayed" => RevocationReason::CodeReplayed,
        "refresh_token_replayed" => RevocationReason::RefreshTokenReplayed,
        "by_client" => RevocationReason::ByClient,
        "by_administrator" => RevocationReason::ByAdministrator,
        "signed_out" => RevocationReason::SignedOut,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
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
        let encoded = encode(&sample()).unwrap();
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
}
