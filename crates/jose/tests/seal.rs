//! Sealed texts open only with the same root key, tenant and purpose.

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
    fn a_sealed_text_opens_to_its_plaintext(plaintext: Vec<u8>, root: [u8; 32], tenant: [u8; 16]) {
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
    fn a_sealed_text_with_a_changed_byte_does_not_open(
        plaintext: Vec<u8>,
        index: Index,
        change in 1..=255_u8,
    ) {
        // Changes one byte anywhere in the sealed bytes.
        let sealer = sealer(1, 2, "code");
        let mut bytes = sealer.seal_bytes(&plaintext).unwrap();
        let index = index.index(bytes.len());
        bytes[index] ^= change;
        let error = sealer.open_bytes(&bytes).unwrap_err();
        let expected = match index {
            0 => OpenError::Malformed,
            1..=4 => OpenError::OtherKey(bytes[1..5].try_into().unwrap()),
            _ => OpenError::NotAuthentic,
        };
        prop_assert_eq!(error, expected);
    }

    #[test]
    fn a_sealed_text_does_not_open_for_another_tenant_or_purpose(
        plaintext: Vec<u8>,
        tenant: [u8; 16],
        purpose in "[a-z]{1,9}",
    ) {
        // Opens with the same root key, but for another tenant or another purpose.
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
    fn arbitrary_text_does_not_open_and_causes_no_panic(text: String) {
        // Opens arbitrary text.
        prop_assert!(sealer(1, 2, "code").open(&text).is_err());
    }
}

#[test]
fn sealing_is_deterministic_with_a_nonce_per_plaintext() {
    // Seals one plaintext twice and then another one, and compares texts and nonces.
    let sealer = sealer(1, 2, "code");
    let nonce = |plaintext: &[u8]| sealer.seal_bytes(plaintext).unwrap()[5..17].to_vec();
    assert_eq!(sealer.seal(b"a").unwrap(), sealer.seal(b"a").unwrap());
    assert_ne!(nonce(b"a"), nonce(b"b"));
}

#[test]
fn tenants_and_purposes_share_no_sealing_key() {
    // Seals one plaintext for several of them and compares the bytes after the key id.
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
fn an_earlier_root_key_opens_and_the_current_one_seals() {
    // Seals with the old keyring and opens with the new one, and the other way round.
    let (old, new) = (RootKey::from_bytes([1; 32]), RootKey::from_bytes([2; 32]));
    let before = Keyring::new(old.clone(), vec![]).unwrap().sealer([0; 16], "code").unwrap();
    let after =
        Keyring::new(new.clone(), vec![old.clone()]).unwrap().sealer([0; 16], "code").unwrap();
    assert_eq!(after.open(&before.seal(b"a").unwrap()), Ok(b"a".to_vec()));
    let sealed = after.seal(b"a").unwrap();
    assert_eq!(before.open(&sealed), Err(OpenError::OtherKey(new.key_id())));
    assert_eq!(base64url_decode(&sealed).unwrap()[1..5], new.key_id());
    let repeated = Keyring::new(old.clone(), vec![old.clone()]);
    assert_eq!(repeated.err(), Some(SealError::SameKeyId(old.key_id())));
}

#[test]
fn sealed_texts_are_limited_in_length() {
    // Seals one byte too many, and opens texts that are too long or too short.
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
fn generated_root_keys_differ() {
    // Generates two, each on its own thread.
    let [one, other] = [(); 2]
        .map(|()| std::thread::spawn(|| RootKey::generate().unwrap()))
        .map(|thread| thread.join().unwrap());
    assert_ne!(one.as_bytes(), other.as_bytes());
    assert_ne!(one.key_id(), other.key_id());
}

#[test]
fn the_format_of_sealed_texts_is_stable() {
    // Compares with a text of another implementation of the format (Python's cryptography).
    let sealed = sealer(1, 2, "code").seal(b"plaintext").unwrap();
    assert_eq!(sealed, "AcWU7mgHO32-_La_i2CCTMPu1-r8kcDUPd7r1zIhwZmHI626Cefvsabo");
}
