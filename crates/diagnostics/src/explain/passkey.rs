//! Reports about what browsers send for passkeys: whole responses, client data and attestation
//! objects (WebAuthn Level 3 §5 and §6).

mod stored;

use catalogue::Refusal;
use jose::digest::base64url;
use signin::factor::passkey::{
    ClientData, DecodedAuthenticatorData, DecodedResponse, PasskeyFlaw, attestation_object,
};
use uuid::Uuid;

use super::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
};

/// The values of `type` in client data: for a new passkey, and for the use of one.
const CEREMONIES: [&str; 2] = ["webauthn.create", "webauthn.get"];

/// Returns the report about a response of a browser: a new passkey, or the use of one. With a
/// store, the response is verified as at a sign-in, except for its challenge.
pub(super) async fn report_response(
    text: &str,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    let response = match DecodedResponse::parse(text) {
        Ok(response) => response,
        Err(flaw) => return Ok(malformed("passkey_response", &flaw)),
    };
    let is_new = response.attestation_format.is_some();
    let mut report = Report::new(if is_new { "passkey_registration" } else { "passkey_assertion" });
    report.add_value("credential id", &base64url(&response.credential_id));
    describe_client_data(&mut report, &response.client_data);
    describe_authenticator(&mut report, &response.authenticator_data);
    if let Some(format) = &response.attestation_format {
        report.add_value("fmt", format);
    }
    let [create, get] = CEREMONIES;
    check_ceremony(&mut report, &response.client_data, &[if is_new { create } else { get }]);
    check_client_data(&mut report, &response.client_data, context);
    check_authenticator(&mut report, &response.authenticator_data);
    check_rp_id(&mut report, &response);
    match &context.store_lookup {
        Some(lookup) => {
            stored::verify(&mut report, text, &response, (lookup, context)).await?;
        }
        None if is_new => {}
        None => {
            let message = Message::new("decode-passkey-needs-data");
            report.checks.push(Check::unknown("signature", message));
            report.steps.push(Message::new("decode-step-needs-data"));
        }
    }
    report.steps.push(Message::new("decode-step-passkey"));
    Ok(report)
}

/// Returns the report about client data (WebAuthn §5.8.1).
pub(super) fn report_client_data(json: &[u8], context: &ExplainContext) -> Report {
    let client_data = match ClientData::parse(json) {
        Ok(client_data) => client_data,
        Err(flaw) => return malformed("client_data", &flaw),
    };
    let mut report = Report::new("client_data");
    describe_client_data(&mut report, &client_data);
    check_ceremony(&mut report, &client_data, &CEREMONIES);
    check_client_data(&mut report, &client_data, context);
    report.steps.push(Message::new("decode-step-passkey"));
    report
}

/// Returns the report about an attestation object (WebAuthn §6.5.4).
pub(super) fn report_attestation(bytes: &[u8], context: &ExplainContext) -> Report {
    let (format, data) = match attestation_object(bytes) {
        Ok(parts) => parts,
        Err(flaw) => return malformed("attestation_object", &flaw),
    };
    let mut report = Report::new("attestation_object");
    report.add_value("fmt", &format);
    describe_authenticator(&mut report, &data);
    check_authenticator(&mut report, &data);
    let origin = context.store_lookup.as_ref().map(|lookup| lookup.installation().origin());
    report.checks.push(match origin.map(|origin| (origin, data.rp_id(host(origin)))) {
        None => Check::unknown("rpIdHash", Message::new("decode-rp-id-needs-data")),
        Some((origin, id)) => rp_id_check(host(origin), id.as_deref()),
    });
    report.steps.push(Message::new("decode-step-passkey"));
    report
}

fn malformed(kind: &'static str, flaw: &PasskeyFlaw) -> Report {
    let mut report = Report::new(kind);
    let refusal = flaw.refusal();
    let member = match flaw {
        PasskeyFlaw::Malformed(member) => *member,
        _ => "length",
    };
    let message = Message::with("decode-passkey-malformed", [("member", member)]);
    report.checks.push(Check::failed("form", message));
    refuse(&mut report, refusal);
    report
}

fn refuse(report: &mut Report, refusal: Refusal) {
    report.refusal = Some(refusal);
    report.accepted = Some(false);
}

fn describe_client_data(report: &mut Report, client_data: &ClientData) {
    report.add_value("type", &client_data.ceremony);
    report.add_value("origin", &client_data.origin);
    report.add_value("crossOrigin", yes_or_no(client_data.is_cross_origin));
    if let Some(origin) = &client_data.top_origin {
        report.add_value("topOrigin", origin);
    }
    if let Some(challenge) = &client_data.challenge {
        report.add_token("challenge", challenge);
    }
}

fn describe_authenticator(report: &mut Report, data: &DecodedAuthenticatorData) {
    report.add_value("UP", yes_or_no(data.user_present));
    report.add_value("UV", yes_or_no(data.user_verified));
    report.add_value("BE", yes_or_no(data.backup_eligible));
    report.add_value("BS", yes_or_no(data.backed_up));
    report.add_value("signCount", &data.sign_count.to_string());
    if let Some(credential) = &data.new_credential {
        report.add_value("aaguid", &Uuid::from_bytes(credential.aaguid).to_string());
        if let Some(algorithm) = credential.algorithm {
            report.add_value("alg (COSE)", &algorithm.to_string());
        }
    }
}

/// A flag as WebAuthn names its values.
const fn yes_or_no(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn check_ceremony(report: &mut Report, data: &ClientData, expected: &[&str]) {
    let values = [("typ", data.ceremony.as_str()), ("expected", &expected.join(" / "))];
    report.checks.push(Check::from_bool(
        expected.contains(&data.ceremony.as_str()),
        "type",
        (Message::with("decode-typ", values), Message::with("decode-typ-wrong", values)),
    ));
}

fn check_client_data(report: &mut Report, data: &ClientData, context: &ExplainContext) {
    let origin = [("origin", data.origin.as_str())];
    report.checks.push(match &context.store_lookup {
        Some(lookup) => {
            let expected = lookup.installation().origin();
            let values = [("origin", data.origin.as_str()), ("expected", expected)];
            Check::from_bool(
                data.origin == expected,
                "origin",
                (
                    Message::with("decode-client-data-origin", origin),
                    Message::with("decode-client-data-origin-other", values),
                ),
            )
        }
        None => {
            Check::unknown("origin", Message::with("decode-client-data-origin-needs-data", origin))
        }
    });
    let top_origin = data.top_origin.as_deref().unwrap_or("?");
    report.checks.push(Check::from_bool(
        !data.is_cross_origin && data.top_origin.is_none(),
        "crossOrigin",
        (
            Message::new("decode-client-data-top"),
            Message::with("decode-client-data-frame", [("origin", top_origin)]),
        ),
    ));
    report.checks.push(match &data.challenge {
        Some(_) => Check::unknown("challenge", Message::new("decode-client-data-challenge")),
        None => Check::failed("challenge", Message::new("decode-claim-missing")),
    });
}

fn check_authenticator(report: &mut Report, data: &DecodedAuthenticatorData) {
    let messages = |passed, failed| (Message::new(passed), Message::new(failed));
    report.checks.push(Check::from_bool(
        data.user_present,
        "UP",
        messages("decode-user-present", "decode-user-not-present"),
    ));
    report.checks.push(Check::from_bool(
        data.user_verified,
        "UV",
        messages("decode-user-verified", "decode-user-not-verified"),
    ));
    if data.backed_up && !data.backup_eligible {
        report.checks.push(Check::failed("BS", Message::new("decode-backup-contradiction")));
    }
    if let Some(credential) = &data.new_credential {
        let algorithm = credential.algorithm.map_or("?".to_owned(), |it| it.to_string());
        let values = [("alg", algorithm.as_str())];
        report.checks.push(Check::from_bool(
            credential.is_accepted,
            "alg",
            (
                Message::with("decode-passkey-alg", values),
                Message::with("decode-passkey-alg-unknown", values),
            ),
        ));
    }
}

/// Checks the relying party id against the origin that the response itself names.
fn check_rp_id(report: &mut Report, response: &DecodedResponse) {
    let host = host(&response.client_data.origin);
    report.checks.push(rp_id_check(host, response.authenticator_data.rp_id(host).as_deref()));
}

fn rp_id_check(host: &str, id: Option<&str>) -> Check {
    let shown = id.unwrap_or_default();
    Check::from_bool(
        id.is_some(),
        "rpIdHash",
        (
            Message::with("decode-rp-id", [("id", shown)]),
            Message::with("decode-rp-id-other", [("host", host)]),
        ),
    )
}

fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    authority.split([':', '/']).next().unwrap_or_default()
}
