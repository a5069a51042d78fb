//! Checks of request parameters that need no store.

use protocol::{
    authorize::{RESPONSE_MODES, RESPONSE_TYPES},
    client_auth::ClientAuthentication,
    grant,
    parameters::Parameters,
    pkce, redirect_uri, scope,
};

use super::PastedRequest;
use crate::explain::{
    ExplainContext,
    report::{Check, Message, Report},
};

/// Checks method and `Content-Type`. Returns whether the token endpoint would read the body.
pub(super) fn check_method_and_content_type(report: &mut Report, pasted: &PastedRequest) -> bool {
    if pasted.url.is_empty() {
        return true;
    }
    let message = |id, value: &str| Message::with(id, [("value", value)]);
    let messages = (Message::new("decode-method"), message("decode-method-wrong", &pasted.method));
    report.checks.push(Check::from_bool(pasted.method == "POST", "method", messages));
    let kind = pasted.header("content-type").unwrap_or_default();
    let messages =
        (Message::new("decode-content-type"), message("decode-content-type-wrong", kind));
    let refusal = pasted.content_type_refusal();
    report.checks.push(Check::from_bool(refusal.is_none(), "Content-Type", messages));
    if refusal.is_none() {
        return true;
    }
    report.accepted = Some(false);
    report.refusal = refusal;
    report.steps.push(Message::new("decode-step-request"));
    false
}

/// Checks a token request.
pub(super) fn check_token_request(
    report: &mut Report,
    pasted: &PastedRequest,
    parameters: &Parameters,
) {
    let message = |id, value: &str| Message::with(id, [("value", value)]);
    let grant_type = parameters.get("grant_type").unwrap_or_default();
    let values = [("value", grant_type), ("known", &grant::NAMES.join(", "))];
    let messages = (
        message("decode-grant-type", grant_type),
        Message::with("decode-grant-type-unknown", values),
    );
    report.checks.push(Check::from_bool(
        grant::NAMES.contains(&grant_type),
        "grant_type",
        messages,
    ));
    match ClientAuthentication::extract(&pasted.head(&pasted.url), parameters) {
        Ok(presented) => {
            let message = message("decode-client-named", presented.client_id().as_str());
            report.checks.push(Check::passed("client_id", message));
        }
        Err(refusal) => {
            report.checks.push(Check::failed("client_id", Message::new("decode-client-unnamed")));
            report.accepted = Some(false);
            report.refusal = Some(refusal);
        }
    }
    let required: &[&str] = match grant_type {
        "authorization_code" => &["code", "code_verifier"],
        "refresh_token" => &["refresh_token"],
        _ => &[],
    };
    for name in required {
        let missing = match *name {
            "code_verifier" => "decode-verifier-missing",
            _ => "decode-parameter-missing",
        };
        let messages = (Message::new("decode-parameter"), Message::new(missing));
        report.checks.push(Check::from_bool(parameters.get(name).is_some(), *name, messages));
    }
    if let Some(verifier) = parameters.get("code_verifier") {
        let messages =
            (Message::new("decode-verifier-form"), Message::new("decode-verifier-malformed"));
        report.checks.push(Check::from_bool(
            pkce::is_verifier(verifier),
            "code_verifier",
            messages,
        ));
    }
    check_scope(report, parameters);
    report.steps.push(Message::new("decode-step-request"));
}

/// Checks an authorization request.
pub(super) fn check_authorization_request(
    report: &mut Report,
    parameters: &Parameters,
    context: &ExplainContext,
) {
    let message = |id, value: &str| Message::with(id, [("value", value)]);
    let require = |report: &mut Report, name: &'static str| {
        let messages = (Message::new("decode-parameter"), Message::new("decode-parameter-missing"));
        report.checks.push(Check::from_bool(parameters.get(name).is_some(), name, messages));
    };
    require(report, "client_id");
    match parameters.get("redirect_uri") {
        None => require(report, "redirect_uri"),
        Some(uri) => {
            let flaw = redirect_uri::flaw(uri).unwrap_or_default();
            let messages =
                (Message::new("decode-redirect-uri"), message("decode-redirect-uri-flaw", flaw));
            report.checks.push(Check::from_bool(flaw.is_empty(), "redirect_uri", messages));
        }
    }
    let check_listed = |report: &mut Report, name: &'static str, value: &str, accepted: &[&str]| {
        let values = [("value", value), ("known", &accepted.join(", "))];
        let messages = (message("decode-known", value), Message::with("decode-not-known", values));
        report.checks.push(Check::from_bool(accepted.contains(&value), name, messages));
    };
    check_listed(
        report,
        "response_type",
        parameters.get("response_type").unwrap_or_default(),
        &RESPONSE_TYPES,
    );
    if let Some(mode) = parameters.get("response_mode") {
        check_listed(report, "response_mode", mode, &RESPONSE_MODES);
    }
    check_scope(report, parameters);
    let method = parameters.get("code_challenge_method").unwrap_or("plain");
    match parameters.get("code_challenge") {
        None => {
            let missing = Message::new("decode-challenge-missing");
            report.checks.push(Check::failed("code_challenge", missing));
        }
        Some(challenge) => {
            check_listed(report, "code_challenge_method", method, &["S256"]);
            let messages =
                (Message::new("decode-challenge"), Message::new("decode-challenge-malformed"));
            report.checks.push(Check::from_bool(
                pkce::is_challenge(challenge),
                "code_challenge",
                messages,
            ));
            if let Some(verifier) = &context.verifier {
                report.checks.push(crate::explain::check_verifier(verifier, challenge));
            }
        }
    }
    report.steps.push(Message::new("decode-step-request"));
}

fn check_scope(report: &mut Report, parameters: &Parameters) {
    let Some(text) = parameters.get("scope") else { return };
    match scope::tokens(text) {
        Ok(tokens) => {
            let count = tokens.len().to_string();
            let message = Message::with("decode-scope", [("count", &count)]);
            report.checks.push(Check::passed("scope", message));
        }
        Err(refusal) => {
            report.checks.push(Check::failed("scope", Message::new("decode-scope-malformed")));
            report.accepted = Some(false);
            report.refusal.get_or_insert(refusal);
        }
    }
}
