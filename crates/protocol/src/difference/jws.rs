//! Describes what is wrong with a JWS: its syntax, its key, its algorithm or its signature.

use catalogue::Difference;
use jose::{Algorithm, CompactError, JwkError, UnknownAlgorithm, VerifyError};

use super::suggest;

/// Describes why a text is no JWS.
pub(crate) fn malformed(error: &CompactError) -> Difference {
    match error {
        CompactError::TooLong { length_max } => {
            Difference::new("longer_than").with("most", length_max)
        }
        CompactError::Segments(5) => Difference::new("encrypted_token_sent"),
        CompactError::Segments(count) => Difference::new("segments").with("received", count),
        CompactError::NotBase64Url(segment) => {
            Difference::new("segment_not_base64url").with("segment", segment)
        }
        CompactError::Header(error) => detail(error),
        CompactError::Missing(member) => Difference::new("header_missing").with("member", member),
        CompactError::Malformed(member) => {
            Difference::new("header_malformed").with("member", member)
        }
        CompactError::Critical(member) => Difference::new("header_critical").with("member", member),
        CompactError::Jwk(error) => key(error),
    }
}

/// Describes why a key is not accepted.
pub(crate) fn key(error: &JwkError) -> Difference {
    match error {
        JwkError::Missing(member) => Difference::new("key_missing").with("member", member),
        JwkError::Malformed(member) => Difference::new("key_malformed").with("member", member),
        JwkError::Private(member) => Difference::new("key_private").with("member", member),
        JwkError::Symmetric => Difference::new("key_symmetric"),
        JwkError::UnknownType(kind) => Difference::new("key_type_unknown").with("type", kind),
        other => detail(other),
    }
}

/// Describes why a signature does not verify.
pub(crate) fn signature(error: &VerifyError) -> Difference {
    match error {
        VerifyError::UnknownAlgorithm(UnknownAlgorithm(algorithm)) => algorithm_unknown(algorithm),
        VerifyError::AlgorithmNotOfKind { algorithm, kind } => {
            let difference = Difference::new("algorithm_of_other_key").with("algorithm", algorithm);
            difference.with("type", kind)
        }
        VerifyError::AlgorithmNotOfKey { algorithm, required_alg } => {
            let difference = Difference::new("algorithm_not_of_key").with("algorithm", algorithm);
            difference.with("only", required_alg)
        }
        VerifyError::SignatureLength { expected, received } => {
            // An ECDSA signature in DER is about eight bytes longer than the two bare integers.
            let kind = if (1..=12).contains(&received.saturating_sub(*expected)) {
                "signature_in_der"
            } else {
                "signature_length"
            };
            Difference::new(kind).with("expected", expected).with("received", received)
        }
        VerifyError::Signature => Difference::new("signature_of_another"),
        VerifyError::NotForSignatures | VerifyError::InvalidKey => detail(error),
    }
}

/// Describes an algorithm that this service does not have.
pub(crate) fn algorithm_unknown(algorithm: &str) -> Difference {
    if algorithm.eq_ignore_ascii_case("none") {
        return Difference::new("unsigned");
    }
    if algorithm.len() == 5 && algorithm.to_ascii_uppercase().starts_with("HS") {
        return Difference::new("algorithm_symmetric");
    }
    let names = Algorithm::ALL.map(Algorithm::as_str);
    suggest(algorithm, names).unwrap_or_else(|| Difference::new("algorithm_unknown"))
}

/// Wraps the message of a parser.
pub(crate) fn detail(error: impl std::fmt::Display) -> Difference {
    Difference::new("malformed").with("detail", error)
}

#[cfg(test)]
mod tests {
    use jose::{CompactJws, Padding};

    use super::*;
    use catalogue::Comparison;

    #[test]
    fn malformed_jws_is_described_by_its_defect() {
        // Breaks each part of `{"alg":"ES256"}.{}.` in turn.
        for (text, kind) in [
            ("a.b.c.d.e", "encrypted_token_sent"),
            ("token", "segments"),
            ("eyJhbGciOiJFUzI1NiJ9.e3*.AA", "segment_not_base64url"),
            ("e30.e30.AA", "header_missing"),
            ("eyJhbGciOjF9.e30.AA", "header_malformed"),
            ("eyJhbGciOiJFUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AA", "header_critical"),
            ("W10.e30.AA", "malformed"),
        ] {
            let error = CompactJws::parse(text, 1_000, Padding::Refused).expect_err("refused");
            let comparison = Comparison::new("client_assertion").with_difference(malformed(&error));
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind), "{text}");
        }
        let error = CompactJws::parse("aaaa", 3, Padding::Refused).expect_err("refused");
        assert_eq!(malformed(&error).kind, "longer_than");
    }

    #[test]
    fn unknown_algorithm_is_described_by_the_reason() {
        // Passes algorithms of each kind that is not accepted.
        for (algorithm, kind) in [
            ("none", "unsigned"),
            ("HS256", "algorithm_symmetric"),
            ("es256", "letter_case"),
            ("ES265", "misspelled"),
            ("XYZ", "algorithm_unknown"),
        ] {
            let comparison = Comparison::new("alg").with_difference(algorithm_unknown(algorithm));
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind), "{algorithm}");
        }
    }

    #[test]
    fn key_and_signature_errors_are_described_by_the_reason() {
        // Passes each error of a key and of a signature.
        for (error, kind) in [
            (JwkError::Missing("x"), "key_missing"),
            (JwkError::Malformed("x"), "key_malformed"),
            (JwkError::Private("d"), "key_private"),
            (JwkError::Symmetric, "key_symmetric"),
            (JwkError::UnknownType("LMS".to_owned()), "key_type_unknown"),
            (JwkError::Roca, "malformed"),
        ] {
            let comparison = Comparison::new("jwk").with_difference(key(&error));
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind), "{error}");
        }
        let (algorithm, required_alg) = (Algorithm::Es256, "RS256".to_owned());
        for (error, kind) in [
            (VerifyError::Signature, "signature_of_another"),
            (VerifyError::SignatureLength { expected: 64, received: 71 }, "signature_in_der"),
            (VerifyError::SignatureLength { expected: 64, received: 256 }, "signature_length"),
            (VerifyError::AlgorithmNotOfKey { algorithm, required_alg }, "algorithm_not_of_key"),
            (
                VerifyError::AlgorithmNotOfKind { algorithm, kind: jose::KeyKind::Rsa },
                "algorithm_of_other_key",
            ),
            (VerifyError::InvalidKey, "malformed"),
        ] {
            let comparison = Comparison::new("signature").with_difference(signature(&error));
            assert_eq!(comparison.difference.map(|it| it.kind), Some(kind), "{error}");
        }
    }
}
