//! Sealed texts open only with the same root key, tenant and purpose.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jose::digest::{base64url, base64url_decode};
use jose::seal::{
    Keyring, OVERHEAD, OpenError, PLAINTEXT_LENGTH_MAX, Purpose, RootKey, SealError, Sealer,
    key_id_of,
};
use proptest::prelude::*;
use proptest::sample::Index;

fn sealer(root: u8, tenant: u8, purpose: Purpose) -> Sealer {
    RootKey::from_bytes([root; 32]).sealer([tenant; 16], purpose).unwrap()
}

proptest! {
    #[test]
    fn a_sealed_text_opens_to_its_plaintext(plaintext: Vec<u8>, root: [u8; 32], tenant: [u8; 16]) {
        // Seals arbitrary bytes as text and as bytes, and opens both.
        let sealer = RootKey::from_bytes(root).sealer(tenant, Purpose::Code).unwrap();
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
        // Changes one byte anywhere in the sealed bytes. The first one is the format: 2, or 1 for
        // texts of earlier releases, which are opened with another key.
        let sealer = sealer(1, 2, Purpose::Code);
        let mut bytes = sealer.seal_bytes(&plaintext).unwrap();
        let index = index.index(bytes.len());
        bytes[index] ^= change;
        let error = sealer.open_bytes(&bytes).unwrap_err();
        let expected = match index {
            0 if bytes[0] == 1 => OpenError::NotAuthentic,
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
        purpose in proptest::sample::select(Purpose::ALL),
    ) {
        // Opens with the same root key, but for another tenant or another purpose.
        let root = RootKey::from_bytes([9; 32]);
        let sealed = root.sealer([1; 16], Purpose::Code).unwrap().seal(&plaintext).unwrap();
        let open = |tenant, purpose: Purpose| root.sealer(tenant, purpose).unwrap().open(&sealed);
        if tenant != [1; 16] {
            prop_assert_eq!(open(tenant, Purpose::Code), Err(OpenError::NotAuthentic));
        }
        if purpose != Purpose::Code {
            prop_assert_eq!(open([1; 16], purpose), Err(OpenError::NotAuthentic));
        }
    }

    #[test]
    fn arbitrary_text_does_not_open_and_causes_no_panic(text: String) {
        // Opens arbitrary text.
        prop_assert!(sealer(1, 2, Purpose::Code).open(&text).is_err());
    }
}

#[test]
fn sealing_is_deterministic_with_a_nonce_per_plaintext() {
    // Seals one plaintext twice and then another one, and compares texts and nonces.
    let sealer = sealer(1, 2, Purpose::Code);
    let nonce = |plaintext: &[u8]| sealer.seal_bytes(plaintext).unwrap()[5..17].to_vec();
    assert_eq!(sealer.seal(b"a").unwrap(), sealer.seal(b"a").unwrap());
    assert_ne!(nonce(b"a"), nonce(b"b"));
}

#[test]
fn tenants_and_purposes_share_no_sealing_key() {
    // Seals one plaintext for several of them and compares the bytes after the key id.
    let sealed = [
        sealer(1, 2, Purpose::Code),
        sealer(1, 3, Purpose::Code),
        sealer(1, 2, Purpose::SessionCookie),
        sealer(1, 2, Purpose::RefreshToken),
        sealer(2, 2, Purpose::Code),
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
    let before = Keyring::new(old.clone(), vec![]).unwrap().sealer([0; 16], Purpose::Code).unwrap();
    let after = Keyring::new(new.clone(), vec![old.clone()])
        .unwrap()
        .sealer([0; 16], Purpose::Code)
        .unwrap();
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
    let sealer = sealer(1, 2, Purpose::Code);
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
    let sealed = sealer(1, 2, Purpose::Code).seal(b"plaintext").unwrap();
    assert_eq!(sealed, "AsWU7mhBJ1pIxpGObqCyXwfETn4zRdvsIlH9pqzJv1rS_FmC6pl4JI02");
}

#[test]
fn a_text_in_the_format_of_earlier_releases_opens() {
    // Opens a text of AES-256-GCM that Python's cryptography sealed, whole and with a changed byte,
    // and one whose format byte claims AES-256-GCM-SIV.
    let earlier = "AcWU7mgHO32-_La_i2CCTMPu1-r8kcDUPd7r1zIhwZmHI626Cefvsabo";
    let sealer = sealer(1, 2, Purpose::Code);
    assert_eq!(sealer.open(earlier), Ok(b"plaintext".to_vec()));
    for (index, change) in [(0, 3), (20, 1)] {
        let mut bytes = base64url_decode(earlier).unwrap();
        assert!(!sealer.is_current(&bytes));
        bytes[index] ^= change;
        assert_eq!(sealer.open_bytes(&bytes).unwrap_err(), OpenError::NotAuthentic);
    }
}

#[test]
fn only_a_text_of_the_current_key_and_format_is_current() {
    // Seals with the old key, and asks the sealers before and after the change of the key.
    let (old, new) = (RootKey::from_bytes([1; 32]), RootKey::from_bytes([2; 32]));
    let before = old.sealer([0; 16], Purpose::SigningKeys).unwrap();
    let after = Keyring::new(new.clone(), vec![old.clone()]).unwrap();
    assert_eq!(after.key_ids().collect::<Vec<_>>(), [new.key_id(), old.key_id()]);
    let after = after.sealer([0; 16], Purpose::SigningKeys).unwrap();
    let sealed = before.seal_bytes(b"key").unwrap();
    assert_eq!((before.is_current(&sealed), after.is_current(&sealed)), (true, false));
    assert_eq!(key_id_of(&sealed), Some(old.key_id()));
    let resealed = after.seal_bytes(&after.open_bytes(&sealed).unwrap()).unwrap();
    assert!(after.is_current(&resealed));
    assert!(!after.is_current(&[]));
}

#[test]
fn a_digest_of_an_earlier_key_is_among_the_digests() {
    // Computes the digests of a name before and after the change of the key, and compares the
    // digest of the first key with the one that releases with AES-256-GCM computed.
    let (old, new) = (RootKey::from_bytes([1; 32]), RootKey::from_bytes([2; 32]));
    let digests = |keyring: Keyring, name: &[u8]| -> Vec<[u8; 32]> {
        keyring.sealer([2; 16], Purpose::Code).unwrap().digests(name).collect()
    };
    let before = digests(Keyring::new(old.clone(), vec![]).unwrap(), b"plaintext");
    let earlier = "AcWU7mgHO32-_La_i2CCTMPu1-r8kcDUPd7r1zIhwZmHI626Cefvsabo";
    assert_eq!(before, [jose::digest::sha256(&base64url_decode(earlier).unwrap())]);
    let both = Keyring::new(new, vec![old]).unwrap();
    let after = digests(both.clone(), b"plaintext");
    assert_eq!((after.len(), after[1]), (2, before[0]));
    assert_ne!(after[0], after[1]);
    assert!(!digests(both, b"another").contains(&before[0]));
}
