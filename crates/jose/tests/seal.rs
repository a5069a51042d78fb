//! Sealed texts: opened by who sealed them for that tenant and purpose, and by nobody else.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::digest::{base64url, base64url_decode};
use jose::seal::{Keyring, OVERHEAD, OpenError, PLAINTEXT_LENGTH_MAX, RootKey, SealError, Sealer};
use proptest::prelude::*;
use proptest::sample::Index;

fn sealer(root: u8, tenant: u8, purpose: &str) -> Sealer {
    RootKey::from_bytes([root; 32]).sealer([tenant; 16], purpose).unwrap()
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same(plaintext: Vec<u8>, root: [u8; 32], tenant: [u8; 16]) {
        // Seals arbitrary bytes as text and as bytes, and opens both.
        let sealer = RootKey::from_bytes(root).sealer(tenant, "code").unwrap();
        let text = sealer.seal(&plaintext).unwrap();
        prop_assert_eq!(sealer.open(&text), Ok(plaintext.clone()));
        let bytes = sealer.seal_bytes(&plaintext).unwrap();
        prop_assert_eq!(bytes.len(), plaintext.len() + OVERHEAD);
        prop_assert_eq!(sealer.open_bytes(&bytes).unwrap().to_vec(), plaintext);
        prop_assert_eq!(base64url(bytes), text);
    }

    #[test]
    fn any_changed_byte_fails(plaintext: Vec<u8>, place: Index, change in 1..=255_u8) {
        // Changes one byte anywhere in the sealed bytes.
        let sealer = sealer(1, 2, "code");
        let mut bytes = sealer.seal_bytes(&plaintext).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= change;
        let error = sealer.open_bytes(&bytes).unwrap_err();
        let expected = match place {
            0 => OpenError::Malformed,
            1..=4 => OpenError::OtherKey(bytes[1..5].try_into().unwrap()),
            _ => OpenError::NotAuthentic,
        };
        prop_assert_eq!(error, expected);
    }

    #[test]
    fn another_tenant_or_purpose_fails(
        plaintext: Vec<u8>,
        tenant: [u8; 16],
        purpose in "[a-z]{1,9}",
    ) {
        // Opens with the same root key, but for somebody or something else.
        let root = RootKey::from_bytes([9; 32]);
        let sealed = root.sealer([1; 16], "code").unwrap().seal(&plaintext).unwrap();
        let open = |tenant, purpose: &str| root.sealer(tenant, purpose).unwrap().open(&sealed);
        if tenant != [1; 16] {
            prop_assert_eq!(open(tenant, "code"), Err(OpenError::NotAuthentic));
        }
        if purpose != "code" {
            prop_assert_eq!(open([1; 16], &purpose), Err(OpenError::NotAuthentic));
        }
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text: String) {
        // Opens arbitrary text.
        prop_assert!(sealer(1, 2, "code").open(&text).is_err());
    }
}

#[test]
fn sealing_is_deterministic_and_nonces_follow_the_plaintext() {
    // Seals twice alike, then another plaintext, and compares texts and nonces.
    let sealer = sealer(1, 2, "code");
    let nonce = |plaintext: &[u8]| sealer.seal_bytes(plaintext).unwrap()[5..17].to_vec();
    assert_eq!(sealer.seal(b"a").unwrap(), sealer.seal(b"a").unwrap());
    assert_ne!(nonce(b"a"), nonce(b"b"));
}

#[test]
fn tenants_and_purposes_share_no_key() {
    // Seals one plaintext for several and compares everything after the key id.
    let sealed = [
        sealer(1, 2, "code"),
        sealer(1, 3, "code"),
        sealer(1, 2, "codes"),
        sealer(1, 2, "refresh"),
        sealer(2, 2, "code"),
    ]
    .map(|sealer| sealer.seal_bytes(b"the same").unwrap()[5..].to_vec());
    for (index, one) in sealed.iter().enumerate() {
        assert!(sealed[index + 1..].iter().all(|other| other[..12] != one[..12] && other != one));
    }
}

#[test]
fn an_old_root_key_opens_and_the_new_one_seals() {
    // Rotates: seals with the old ring, opens with the new, and the other way round.
    let (old, new) = (RootKey::from_bytes([1; 32]), RootKey::from_bytes([2; 32]));
    let before = Keyring::new(old.clone(), vec![]).unwrap().sealer([0; 16], "code").unwrap();
    let after =
        Keyring::new(new.clone(), vec![old.clone()]).unwrap().sealer([0; 16], "code").unwrap();
    assert_eq!(after.open(&before.seal(b"a").unwrap()), Ok(b"a".to_vec()));
    let sealed = after.seal(b"a").unwrap();
    assert_eq!(before.open(&sealed), Err(OpenError::OtherKey(new.key_id())));
    assert_eq!(base64url_decode(&sealed).unwrap()[1..5], new.key_id());
    let twice = Keyring::new(old.clone(), vec![old.clone()]);
    assert_eq!(twice.err(), Some(SealError::SameKeyId(old.key_id())));
}

#[test]
fn sizes_have_limits() {
    // Seals and opens one byte too many, and everything too short to be sealed.
    let sealer = sealer(1, 2, "code");
    let longest = vec![7; PLAINTEXT_LENGTH_MAX];
    assert_eq!(sealer.open(&sealer.seal(&longest).unwrap()), Ok(longest));
    let sealed = sealer.seal(&vec![7; PLAINTEXT_LENGTH_MAX + 1]);
    assert_eq!(sealed, Err(SealError::TooLong));
    assert_eq!(sealer.open(&"A".repeat(10_000_000)), Err(OpenError::Malformed));
    for length in 0..OVERHEAD {
        assert_eq!(sealer.open_bytes(&vec![1; length]), Err(OpenError::Malformed));
    }
}

#[test]
fn new_root_keys_differ() {
    // Makes two, on another thread each.
    let [one, other] = [(); 2]
        .map(|()| std::thread::spawn(|| RootKey::generate().unwrap()))
        .map(|thread| thread.join().unwrap());
    assert_ne!(one.as_bytes(), other.as_bytes());
    assert_ne!(one.key_id(), other.key_id());
}

#[test]
fn the_layout_is_stable() {
    // Compares with a text made by another implementation of the layout (Python's cryptography).
    let sealed = sealer(1, 2, "code").seal(b"plaintext").unwrap();
    assert_eq!(sealed, "AcWU7mgHO32-_La_i2CCTMPu1-r8kcDUPd7r1zIhwZmHI626Cefvsabo");
}
