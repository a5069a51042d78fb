//! Report about the URI in the QR code of an authenticator app (`otpauth`, the Key URI Format of
//! Google Authenticator). It never shows the secret.

use data_encoding::BASE32_NOPAD_NOCASE;
use form_urlencoded::parse;
use percent_encoding::percent_decode_str;

use super::{
    ExplainError,
    report::{Check, Message, Report},
};

/// The maximum length of a URI, in bytes.
const BYTES_MAX: usize = 4 * 1024;
/// The parameters that every authenticator app supports, each with its default.
const SUPPORTED: [(&str, &str); 3] = [("algorithm", "SHA1"), ("digits", "6"), ("period", "30")];
/// The minimum length of a secret in bytes (RFC 4226 §4, R6).
const SECRET_BYTES_MIN: usize = 16;

/// Returns the report: the names in the app, the parameters and whether apps support them.
pub(super) fn report(uri: &str) -> Result<Report, ExplainError> {
    if uri.len() > BYTES_MAX {
        return Err(ExplainError::Message(Message::new("decode-otpauth-too-long")));
    }
    let mut report = Report::new("otpauth_uri");
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = path.split_once('/').unwrap_or((path, ""));
    let parameter = |name: &str| {
        parse(query.as_bytes()).find(|(given, _)| given == name).map(|(_, value)| value)
    };
    report.add_value("type", kind);
    let label = percent_decode_str(label).decode_utf8_lossy();
    report.add_value("label", &label);
    for name in ["issuer", "algorithm", "digits", "period", "counter"] {
        if let Some(value) = parameter(name) {
            report.add_value(name, &value);
        }
    }
    report.checks.push(Check::from_bool(
        kind.eq_ignore_ascii_case("totp"),
        "type",
        (Message::new("decode-otpauth-totp"), Message::new("decode-otpauth-hotp")),
    ));
    report.checks.push(check_secret(parameter("secret").as_deref()));
    if let Some(secret) = parameter("secret") {
        report.add_secret("secret", &secret);
    }
    for (name, supported) in SUPPORTED {
        let value = parameter(name);
        let value = value.as_deref().unwrap_or(supported);
        let values = [("value", value), ("supported", supported)];
        report.checks.push(Check::from_bool(
            value.eq_ignore_ascii_case(supported),
            name,
            (
                Message::with("decode-otpauth-supported", values),
                Message::with("decode-otpauth-unsupported", values),
            ),
        ));
    }
    let has_issuer = parameter("issuer").is_some_and(|issuer| !issuer.is_empty());
    report.checks.push(Check::from_bool(
        has_issuer || label.contains(':'),
        "issuer",
        (Message::new("decode-otpauth-issuer"), Message::new("decode-otpauth-no-issuer")),
    ));
    report.steps.push(Message::new("decode-step-otpauth"));
    Ok(report)
}

/// Checks that the secret is Base32 (RFC 4648 §6) of enough bytes. Apps ignore padding.
fn check_secret(secret: Option<&str>) -> Check {
    let Some(secret) = secret else {
        return Check::failed("secret", Message::new("decode-claim-missing"));
    };
    let dense = secret.trim_end_matches('=');
    let Ok(bytes) = BASE32_NOPAD_NOCASE.decode(dense.as_bytes()) else {
        return Check::failed("secret", Message::new("decode-otpauth-secret-malformed"));
    };
    let (count, least) = (bytes.len().to_string(), SECRET_BYTES_MIN.to_string());
    let values = [("count", count.as_str()), ("least", least.as_str())];
    Check::from_bool(
        bytes.len() >= SECRET_BYTES_MIN,
        "secret",
        (
            Message::with("decode-otpauth-secret", values),
            Message::with("decode-otpauth-secret-short", values),
        ),
    )
}
