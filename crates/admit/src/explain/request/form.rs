//! The parameters of a request, as far as they can be checked without the store.

use protocol::{
    authorize::{RESPONSE_MODES, RESPONSE_TYPES},
    client_auth::Presented,
    form::Form,
    grant, pkce, redirect_uri, scope,
};

use super::Pasted;
use crate::explain::{
    Setting,
    report::{Check, Note, Report},
};

/// Whether the token endpoint reads the body at all: by method and content type.
pub(super) fn is_read(report: &mut Report, pasted: &Pasted) -> bool {
    if pasted.url.is_empty() {
        return true;
    }
    let note = |id, value: &str| Note::new(id, [("value", value)]);
    let notes = (Note::plain("decode-method"), note("decode-method-wrong", &pasted.method));
    report.checks.push(Check::that(pasted.method == "POST", "method", notes));
    let kind = pasted.header("content-type").unwrap_or_default();
    let notes = (Note::plain("decode-content-type"), note("decode-content-type-wrong", kind));
    let unreadable = pasted.unreadable_body();
    report.checks.push(Check::that(unreadable.is_none(), "Content-Type", notes));
    if unreadable.is_none() {
        return true;
    }
    report.accepted = Some(false);
    report.refusal = unreadable;
    report.steps.push(Note::plain("decode-step-request"));
    false
}

/// The checks of a token request that need no store.
pub(super) fn token(report: &mut Report, pasted: &Pasted, form: &Form) {
    let note = |id, value: &str| Note::new(id, [("value", value)]);
    let asked = form.get("grant_type").unwrap_or_default();
    let values = [("value", asked), ("known", &grant::NAMES.join(", "))];
    let notes = (note("decode-grant-type", asked), Note::new("decode-grant-type-unknown", values));
    report.checks.push(Check::that(grant::NAMES.contains(&asked), "grant_type", notes));
    match Presented::find(&pasted.head(&pasted.url), form) {
        Ok(presented) => {
            let note = note("decode-client-named", presented.client_id().as_str());
            report.checks.push(Check::passed("client_id", note));
        }
        Err(refusal) => {
            report.checks.push(Check::failed("client_id", Note::plain("decode-client-unnamed")));
            report.accepted = Some(false);
            report.refusal = Some(refusal);
        }
    }
    let needed: &[&str] = match asked {
        "authorization_code" => &["code", "code_verifier"],
        "refresh_token" => &["refresh_token"],
        _ => &[],
    };
    for name in needed {
        let notes = (Note::plain("decode-parameter"), Note::plain("decode-parameter-missing"));
        report.checks.push(Check::that(form.get(name).is_some(), *name, notes));
    }
    if let Some(verifier) = form.get("code_verifier") {
        let notes = (Note::plain("decode-verifier-form"), Note::plain("decode-verifier-malformed"));
        report.checks.push(Check::that(pkce::is_verifier(verifier), "code_verifier", notes));
    }
    scopes(report, form);
    report.steps.push(Note::plain("decode-step-request"));
}

/// The checks of an authorization request that need no store.
pub(super) fn authorize(report: &mut Report, form: &Form, setting: &Setting) {
    let note = |id, value: &str| Note::new(id, [("value", value)]);
    let present = |report: &mut Report, name: &'static str| {
        let notes = (Note::plain("decode-parameter"), Note::plain("decode-parameter-missing"));
        report.checks.push(Check::that(form.get(name).is_some(), name, notes));
    };
    present(report, "client_id");
    match form.get("redirect_uri") {
        None => present(report, "redirect_uri"),
        Some(uri) => {
            let flaw = redirect_uri::flaw(uri).unwrap_or_default();
            let notes =
                (Note::plain("decode-redirect-uri"), note("decode-redirect-uri-flaw", flaw));
            report.checks.push(Check::that(flaw.is_empty(), "redirect_uri", notes));
        }
    }
    let listed = |report: &mut Report, name: &'static str, value: &str, known: &[&str]| {
        let values = [("value", value), ("known", &known.join(", "))];
        let notes = (note("decode-known", value), Note::new("decode-not-known", values));
        report.checks.push(Check::that(known.contains(&value), name, notes));
    };
    listed(report, "response_type", form.get("response_type").unwrap_or_default(), &RESPONSE_TYPES);
    if let Some(mode) = form.get("response_mode") {
        listed(report, "response_mode", mode, &RESPONSE_MODES);
    }
    scopes(report, form);
    let method = form.get("code_challenge_method").unwrap_or("plain");
    match form.get("code_challenge") {
        None => present(report, "code_challenge"),
        Some(challenge) => {
            listed(report, "code_challenge_method", method, &["S256"]);
            let notes =
                (Note::plain("decode-challenge"), Note::plain("decode-challenge-malformed"));
            report.checks.push(Check::that(pkce::is_challenge(challenge), "code_challenge", notes));
            if let Some(verifier) = &setting.verifier {
                report.checks.push(crate::explain::verifier(verifier, challenge));
            }
        }
    }
    report.steps.push(Note::plain("decode-step-request"));
}

fn scopes(report: &mut Report, form: &Form) {
    let Some(text) = form.get("scope") else { return };
    match scope::tokens(text) {
        Ok(tokens) => {
            let count = tokens.len().to_string();
            let note = Note::new("decode-scope", [("count", &count)]);
            report.checks.push(Check::passed("scope", note));
        }
        Err(refusal) => {
            report.checks.push(Check::failed("scope", Note::plain("decode-scope-malformed")));
            report.accepted = Some(false);
            report.refusal.get_or_insert(refusal);
        }
    }
}
