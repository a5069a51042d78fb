//! Describes the text that was sent in place of a code or a refresh token, and to which client or
//! tenant it belongs. The text itself is never shown.

use catalogue::{Comparison, Difference};
use jose::digest;
use model::{ClientId, TenantId};

use super::SealedTokenError;
use crate::difference::{decoded, kind_of, wrapping};

/// Describes a text that is no sealed token of the kind that `name` requires.
pub(crate) fn malformed(name: &'static str, sent: &str, error: SealedTokenError) -> Comparison {
    let difference = wrapping(sent).or_else(|| {
        let once_decoded = decoded(sent).filter(|text| text != sent);
        once_decoded.map(|_| Difference::new("encoded_twice"))
    });
    let own = if name == "code" { "code_sent" } else { "refresh_token_sent" };
    let instead = || kind_of(sent).filter(|kind| *kind != own).map(Difference::new);
    let changed = || match error {
        SealedTokenError::NotAuthentic => Some(Difference::new("changed_or_cut")),
        SealedTokenError::Malformed | SealedTokenError::OtherTenant => {
            Some(Difference::new("not_of_this_service"))
        }
    };
    Comparison::new(name).with_difference(difference.or_else(instead).or_else(changed))
}

/// Compares the tenant of a sealed token with the tenant of the request, for the operator only.
pub(crate) fn tenant(name: &'static str, sent: &str, own: TenantId) -> Comparison {
    let bytes = sent.split('.').nth(1).and_then(|part| digest::base64url_decode(part).ok());
    let tenant_id = bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let comparison = Comparison::new(name).expected(format!("tenant {own}"));
    let comparison =
        comparison.with_difference(Difference::new("of_another_tenant")).operator_only();
    match tenant_id {
        Some(id) => comparison.received(format!("tenant {}", hyphenated(id))),
        None => comparison,
    }
}

/// Describes a sealed token of another tenant, without naming the tenant.
pub(crate) fn of_another_tenant(name: &'static str) -> Comparison {
    Comparison::new(name).with_difference(Difference::new("of_another_tenant"))
}

/// Describes a sealed token that was issued to another client, without naming the client.
pub(crate) fn of_another_client(name: &'static str) -> Comparison {
    Comparison::new(name).with_difference(Difference::new("of_another_client"))
}

/// Compares the client of a sealed token with the client that sent it, for the operator only.
pub(crate) fn client(name: &'static str, issued_to: &ClientId, sent_by: &ClientId) -> Comparison {
    Comparison::mismatch(name, issued_to, sent_by)
        .with_difference(Difference::new("of_another_client"))
        .operator_only()
}

fn hyphenated(id: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(id));
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range));
    groups.into_iter().flatten().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misplaced_text_is_recognized_and_not_shown() {
        // Sends other tokens in place of a code, and codes with a wrong encoding.
        for (sent, error, kind) in [
            ("rt.AAAA.BBBB", SealedTokenError::Malformed, "refresh_token_sent"),
            ("eyJhbGciOi.e30.AA", SealedTokenError::Malformed, "signed_token_sent"),
            ("ac.AAAA.BBBB ", SealedTokenError::NotAuthentic, "white_space_around"),
            ("ac.AAAA%2EBBBB", SealedTokenError::Malformed, "encoded_twice"),
            ("ac.AAAA.BBB", SealedTokenError::NotAuthentic, "changed_or_cut"),
            ("something", SealedTokenError::Malformed, "not_of_this_service"),
        ] {
            let comparison = malformed("code", sent, error);
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind), "{sent}");
            assert_eq!((comparison.expected, comparison.received), (None, None), "{sent}");
        }
        let comparison = malformed("refresh_token", "ac.AAAA.BBBB", SealedTokenError::Malformed);
        assert_eq!(comparison.difference.map(|it| it.kind), Some("code_sent"));
    }

    #[test]
    fn other_tenant_of_a_sealed_token_is_shown_to_operators_only() {
        // Reads the tenant id from the readable part of a token of another tenant.
        let own = TenantId::new(uuid::Uuid::from_u128(1));
        let other = digest::base64url(uuid::Uuid::from_u128(0x1234_5678_9abc_u128).into_bytes());
        let comparison = tenant("code", &format!("ac.{other}.x"), own);
        let named = uuid::Uuid::from_u128(0x1234_5678_9abc_u128).to_string();
        assert_eq!(comparison.received, Some(format!("tenant {named}")));
        assert!(comparison.operator_only);
    }
}
