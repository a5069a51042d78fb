//! What a text is that was sent in place of a code or a refresh token, and whose it is. The text
//! itself is never shown.

use catalogue::{Difference, Fact};
use jose::digest;
use model::{ClientId, TenantId};

use super::NotOurs;
use crate::difference::{decoded, kind_of, wrapping};

/// What is wrong with a text that is no handle of the kind that stands in `name`.
pub(crate) fn malformed(name: &'static str, sent: &str, why: NotOurs) -> Fact {
    let difference = wrapping(sent).or_else(|| {
        let once = decoded(sent).filter(|once| once != sent);
        once.map(|_| Difference::of("encoded_twice"))
    });
    let own = if name == "code" { "code_sent" } else { "refresh_token_sent" };
    let instead = || kind_of(sent).filter(|kind| *kind != own).map(Difference::of);
    let changed = || match why {
        NotOurs::NotAuthentic => Some(Difference::of("changed_or_cut")),
        NotOurs::Malformed | NotOurs::OtherTenant => Some(Difference::of("not_of_this_service")),
    };
    Fact::about(name).differing(difference.or_else(instead).or_else(changed))
}

/// Which tenant a handle is from, for the operator.
pub(crate) fn tenant(name: &'static str, sent: &str, ours: TenantId) -> Fact {
    let named = sent.split('.').nth(1).and_then(|part| digest::base64url_decode(part).ok());
    let named = named.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let fact = Fact::about(name).expected(format!("tenant {ours}"));
    let fact = fact.differing(Difference::of("of_another_tenant")).for_operators();
    match named {
        Some(id) => fact.received(format!("tenant {}", hyphenated(id))),
        None => fact,
    }
}

/// The same, without a word on which one.
pub(crate) fn of_another_tenant(name: &'static str) -> Fact {
    Fact::about(name).differing(Difference::of("of_another_tenant"))
}

/// That a handle was given to another client, without a word on which one.
pub(crate) fn of_another_client(name: &'static str) -> Fact {
    Fact::about(name).differing(Difference::of("of_another_client"))
}

/// Which client a handle was given to, for the operator.
pub(crate) fn client(name: &'static str, theirs: &ClientId, asking: &ClientId) -> Fact {
    Fact::mismatch(name, theirs, asking)
        .differing(Difference::of("of_another_client"))
        .for_operators()
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
    fn what_was_sent_in_place_of_a_code_is_named_and_not_shown() {
        // Sends other things in place of a code, and codes in wrong wrappings.
        for (sent, why, kind) in [
            ("rt.AAAA.BBBB", NotOurs::Malformed, "refresh_token_sent"),
            ("eyJhbGciOi.e30.AA", NotOurs::Malformed, "signed_token_sent"),
            ("ac.AAAA.BBBB ", NotOurs::NotAuthentic, "white_space_around"),
            ("ac.AAAA%2EBBBB", NotOurs::Malformed, "encoded_twice"),
            ("ac.AAAA.BBB", NotOurs::NotAuthentic, "changed_or_cut"),
            ("something", NotOurs::Malformed, "not_of_this_service"),
        ] {
            let fact = malformed("code", sent, why);
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind), "{sent}");
            assert_eq!((fact.expected, fact.received), (None, None), "{sent}");
        }
        let fact = malformed("refresh_token", "ac.AAAA.BBBB", NotOurs::Malformed);
        assert_eq!(fact.difference.map(|it| it.kind), Some("code_sent"));
    }

    #[test]
    fn the_other_tenant_is_named_to_the_operator_alone() {
        // Reads the tenant that stands in the clear.
        let ours = TenantId::new(uuid::Uuid::from_u128(1));
        let theirs = digest::base64url(uuid::Uuid::from_u128(0x1234_5678_9abc_u128).into_bytes());
        let fact = tenant("code", &format!("ac.{theirs}.x"), ours);
        let named = uuid::Uuid::from_u128(0x1234_5678_9abc_u128).to_string();
        assert_eq!(fact.received, Some(format!("tenant {named}")));
        assert!(fact.operator_only);
    }
}
