//! DPoP proofs (RFC 9449), held against the request that they are for.

use jose::seal::{Keyring, RootKey};
use model::{Tenant, TenantId};
use protocol::{
    Checks,
    binding::{self, DPOP_WINDOW},
    context::Realm,
    request::Head,
};
use std::sync::Arc;

use super::{Token, times};
use crate::explain::{
    Setting, Unsaid,
    known::{context, verify},
    report::{Check, Note, Report},
};

/// The checks of a proof, in the order in which they are made.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    setting: &Setting,
) -> Result<(), Unsaid> {
    report.checks.push(typ(token));
    report.checks.push(signature(token));
    report.checks.push(against(token, "htm", setting.method.as_deref(), str::eq));
    report.checks.push(against(token, "htu", setting.url.as_deref(), binding::same_place));
    report.checks.push(match times::time(&token.claims, "iat") {
        None => times::missing("iat"),
        Some(Err(check)) => check,
        Some(Ok(at)) => {
            let (span, window) =
                (crate::explain::safe::span(at - setting.now), DPOP_WINDOW.get().to_string());
            let at_text = crate::explain::safe::moment(at);
            let values =
                [("at", at_text.as_str()), ("span", span.as_str()), ("window", window.as_str())];
            let near = at <= setting.now + DPOP_WINDOW && at >= setting.now - DPOP_WINDOW;
            let notes = (Note::new("decode-iat-near", values), Note::new("decode-iat-far", values));
            Check::that(near, "iat", notes)
        }
    });
    if token.has("ath") {
        report.checks.push(Check::unknown("ath", Note::plain("decode-ath-needs-token")));
    }
    let realm = realm(token, setting).await?;
    verdict(report, token, realm.as_deref(), setting)?;
    report.checks.push(match token.claim("jti") {
        Some(jti) if !jti.is_empty() => Check::passed("jti", Note::plain("decode-jti-once")),
        _ => times::missing("jti"),
    });
    report.steps.push(Note::plain("decode-step-proof"));
    Ok(())
}

fn typ(token: &Token<'_>) -> Check {
    let typ = token.compact.header().typ.as_deref().unwrap_or("-");
    let values = [("typ", typ), ("expected", "dpop+jwt")];
    Check::that(
        typ == "dpop+jwt",
        "typ",
        (Note::new("decode-typ", values), Note::new("decode-typ-wrong", values)),
    )
}

/// A proof brings its key along: the signature shows that whoever made it holds that key.
fn signature(token: &Token<'_>) -> Check {
    let Some(jwk) = &token.compact.header().jwk else {
        return Check::failed("jwk", Note::plain("decode-jwk-missing"));
    };
    let thumbprint = jwk.thumbprint().to_string();
    match verify(token.text, &jwk.to_json().to_string()) {
        Ok(()) => {
            let note = Note::new("decode-signature-own-key", [("thumbprint", &thumbprint)]);
            Check::passed("signature", note)
        }
        Err(error) => {
            let values = [("kid", thumbprint.as_str()), ("error", error.as_str())];
            Check::failed("signature", Note::new("decode-signature-wrong", values))
        }
    }
}

fn against(
    token: &Token<'_>,
    claim: &'static str,
    given: Option<&str>,
    same: fn(&str, &str) -> bool,
) -> Check {
    let Some(claimed) = token.claim(claim) else { return times::missing(claim) };
    let Some(given) = given else {
        let id = if claim == "htm" { "decode-htm-not-given" } else { "decode-htu-not-given" };
        return Check::unknown(claim, Note::new(id, [("claimed", claimed)]));
    };
    let values = [("claimed", claimed), ("given", given)];
    let notes = (Note::new("decode-same", values), Note::new("decode-not-same", values));
    Check::that(same(claimed, given), claim, notes)
}

/// The realm whose nonce the proof must carry.
async fn realm(token: &Token<'_>, setting: &Setting) -> Result<Option<Arc<Realm>>, Unsaid> {
    let Some(known) = &setting.known else { return Ok(None) };
    let tenant = match &setting.tenant {
        Some(name) => known.tenant(name).await?,
        None => known.tenant_of_url(token.claim("htu").unwrap_or_default()).await?,
    };
    match tenant {
        Some(tenant) => Ok(known.realm(&tenant).await?),
        None => Ok(None),
    }
}

/// What the server's own rule says. Without the root key nobody can tell what the nonce is worth:
/// a rule that comes as far as the nonce has passed everything before.
fn verdict(
    report: &mut Report,
    token: &Token<'_>,
    realm: Option<&Realm>,
    setting: &Setting,
) -> Result<(), Unsaid> {
    let stranger;
    let judge = if let Some(realm) = realm {
        realm
    } else {
        stranger = nobody()?;
        &stranger
    };
    let head = Head {
        method: setting.method.as_deref().or_else(|| token.claim("htm")).unwrap_or_default(),
        url: setting
            .url
            .clone()
            .or_else(|| token.claim("htu").map(str::to_owned))
            .unwrap_or_default(),
        dpop: vec![token.text],
        ..Head::default()
    };
    let refusal =
        binding::find(&head, None, &context(judge, setting.now), &mut Checks::default()).err();
    let constructor = refusal.as_ref().map(|refusal| refusal.entry().constructor);
    report.checks.push(match (constructor, realm) {
        (Some("dpop_nonce_missing"), _) => times::missing("nonce"),
        (Some("dpop_nonce_stale"), Some(_)) => {
            Check::failed("nonce", Note::plain("decode-nonce-stale"))
        }
        (None, Some(_)) => Check::passed("nonce", Note::plain("decode-nonce")),
        _ => Check::unknown("nonce", Note::plain("decode-nonce-needs-key")),
    });
    if constructor == Some("dpop_nonce_stale") && realm.is_none() {
        return Ok(());
    }
    report.accepted = Some(refusal.is_none());
    report.refusal = refusal;
    Ok(())
}

/// A tenant that is none, for the rules that ask for one: nothing was ever sealed with its key.
fn nobody() -> Result<Realm, Unsaid> {
    let tenant = Tenant::new(TenantId::new(uuid::Uuid::nil()), "-", [0; 32]);
    let keyring = Keyring::new(RootKey::from_bytes([0; 32]), Vec::new());
    keyring
        .and_then(|keyring| Realm::new(tenant, "https://localhost", &keyring))
        .map_err(|error| Unsaid::Sentence(error.to_string()))
}
