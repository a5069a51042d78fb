//! What is wrong with a signed text: with its form, its key, or its algorithm.

use catalogue::Difference;
use jose::{Algorithm, CompactError, JwkError, UnknownAlgorithm, VerifyError};

use super::named;

/// Why a text is no signed token.
pub(crate) fn form(error: &CompactError) -> Difference {
    match error {
        CompactError::TooLong { length_max } => {
            Difference::of("longer_than").with("most", length_max)
        }
        CompactError::Segments(5) => Difference::of("encrypted_token_sent"),
        CompactError::Segments(count) => Difference::of("segments").with("received", count),
        CompactError::NotBase64Url(segment) => {
            Difference::of("segment_not_base64url").with("segment", segment)
        }
        CompactError::Header(error) => detail(error),
        CompactError::Missing(member) => Difference::of("header_missing").with("member", member),
        CompactError::Malformed(member) => {
            Difference::of("header_malformed").with("member", member)
        }
        CompactError::Critical(member) => Difference::of("header_critical").with("member", member),
        CompactError::Jwk(error) => key(error),
    }
}

/// Why a key is not one that is taken.
pub(crate) fn key(error: &JwkError) -> Difference {
    match error {
        JwkError::Missing(member) => Difference::of("key_missing").with("member", member),
        JwkError::Malformed(member) => Difference::of("key_malformed").with("member", member),
        JwkError::Private(member) => Difference::of("key_private").with("member", member),
        JwkError::Symmetric => Difference::of("key_symmetric"),
        JwkError::UnknownType(kind) => Difference::of("key_type_unknown").with("type", kind),
        other => detail(other),
    }
}

/// Why a signature does not verify.
pub(crate) fn signature(error: &VerifyError) -> Difference {
    match error {
        VerifyError::UnknownAlgorithm(UnknownAlgorithm(algorithm)) => algorithm_unknown(algorithm),
        VerifyError::AlgorithmNotOfKind { algorithm, kind } => {
            let difference = Difference::of("algorithm_of_other_key").with("algorithm", algorithm);
            difference.with("type", kind)
        }
        VerifyError::AlgorithmNotOfKey { algorithm, only } => {
            let difference = Difference::of("algorithm_not_of_key").with("algorithm", algorithm);
            difference.with("only", only)
        }
        VerifyError::SignatureLength { expected, received } => {
            // An ECDSA signature in DER has about eight bytes more than the two bare numbers.
            let kind = if (1..=12).contains(&received.saturating_sub(*expected)) {
                "signature_in_der"
            } else {
                "signature_length"
            };
            Difference::of(kind).with("expected", expected).with("received", received)
        }
        VerifyError::Signature => Difference::of("signature_of_another"),
        VerifyError::NotForSignatures | VerifyError::InvalidKey => detail(error),
    }
}

/// An algorithm that there is not here.
pub(crate) fn algorithm_unknown(algorithm: &str) -> Difference {
    if algorithm.eq_ignore_ascii_case("none") {
        return Difference::of("unsigned");
    }
    if algorithm.len() == 5 && algorithm.to_ascii_uppercase().starts_with("HS") {
        return Difference::of("algorithm_symmetric");
    }
    let names = Algorithm::ALL.map(Algorithm::as_str);
    named(algorithm, names).unwrap_or_else(|| Difference::of("algorithm_unknown"))
}

/// What cannot be read, in the words of whoever could not read it.
pub(crate) fn detail(error: impl std::fmt::Display) -> Difference {
    Difference::of("malformed").with("detail", error)
}

#[cfg(test)]
mod tests {
    use jose::{Compact, Padding};

    use super::*;
    use catalogue::Fact;

    #[test]
    fn a_text_that_is_no_token_says_what_of_it_is_wrong() {
        // Breaks each part of `{"alg":"ES256"}.{}.`, and says each difference in every language.
        for (text, kind) in [
            ("a.b.c.d.e", "encrypted_token_sent"),
            ("token", "segments"),
            ("eyJhbGciOiJFUzI1NiJ9.e3*.AA", "segment_not_base64url"),
            ("e30.e30.AA", "header_missing"),
            ("eyJhbGciOjF9.e30.AA", "header_malformed"),
            ("eyJhbGciOiJFUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AA", "header_critical"),
            ("W10.e30.AA", "malformed"),
        ] {
            let error = Compact::parse(text, 1_000, Padding::Refused).expect_err("refused");
            let fact = Fact::about("client_assertion").differing(form(&error));
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind), "{text}");
        }
        let error = Compact::parse("aaaa", 3, Padding::Refused).expect_err("refused");
        assert_eq!(form(&error).kind, "longer_than");
    }

    #[test]
    fn an_algorithm_says_why_it_is_not_taken() {
        // Names algorithms of each unfit kind.
        for (algorithm, kind) in [
            ("none", "unsigned"),
            ("HS256", "algorithm_symmetric"),
            ("es256", "letter_case"),
            ("ES265", "misspelled"),
            ("XYZ", "algorithm_unknown"),
        ] {
            let fact = Fact::about("alg").differing(algorithm_unknown(algorithm));
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind), "{algorithm}");
        }
    }

    #[test]
    fn a_key_and_a_signature_say_why_they_are_not_taken() {
        // Makes each error by hand, and says it in every language.
        for (error, kind) in [
            (JwkError::Missing("x"), "key_missing"),
            (JwkError::Malformed("x"), "key_malformed"),
            (JwkError::Private("d"), "key_private"),
            (JwkError::Symmetric, "key_symmetric"),
            (JwkError::UnknownType("LMS".to_owned()), "key_type_unknown"),
            (JwkError::Roca, "malformed"),
        ] {
            let fact = Fact::about("jwk").differing(key(&error));
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind), "{error}");
        }
        let (algorithm, only) = (Algorithm::Es256, "RS256".to_owned());
        for (error, kind) in [
            (VerifyError::Signature, "signature_of_another"),
            (VerifyError::SignatureLength { expected: 64, received: 71 }, "signature_in_der"),
            (VerifyError::SignatureLength { expected: 64, received: 256 }, "signature_length"),
            (VerifyError::AlgorithmNotOfKey { algorithm, only }, "algorithm_not_of_key"),
            (
                VerifyError::AlgorithmNotOfKind { algorithm, kind: jose::KeyKind::Rsa },
                "algorithm_of_other_key",
            ),
            (VerifyError::InvalidKey, "malformed"),
        ] {
            let fact = Fact::about("signature").differing(signature(&error));
            assert_eq!(fact.difference.map(|it| it.kind), Some(kind), "{error}");
        }
    }
}
