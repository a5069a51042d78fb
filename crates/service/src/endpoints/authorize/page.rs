//! The pages of a sign-in, each with the flow in its form and the cookie that ties it to the
//! browser.

use axum::{http::StatusCode, response::Response};
use catalogue::{Language, Refusal};
use model::{Fault, User};
use pages::{Account, ChooseAccount, Consent, Permission, Problem, Purpose, SignIn, StaySignedIn};
use protocol::authorize::Unconsented;
use signin::journey::Standing;

use super::stage::{Known, Stage};
use crate::{
    cookies::{self, Jar},
    render,
};

/// Asks for user name and password; after a failed attempt it says what was wrong.
pub(super) fn sign_in(
    stage: Stage<'_>,
    username: Option<&str>,
    refused: Option<&Refusal>,
) -> Result<Response, Fault> {
    let (call, language) = (stage.call, stage.language());
    let page = SignIn {
        frame: stage.frame.clone(),
        action: path(&stage, "sign-in"),
        flow: stage.pending.seal(stage.realm)?,
        app: stage.client.name.clone(),
        username: username.unwrap_or_default().to_owned(),
        problem: refused.map(|refusal| problem(refusal, language)),
    };
    let mut response = finish(stage, page.render(language), "page:sign_in")?;
    if let Some(refusal) = refused {
        render::finish(&mut response, refusal);
        call.exchange.note(|traces| traces.refusal = Some(refusal.clone()));
    }
    Ok(response)
}

/// Asks which of the browser's accounts it is to be.
pub(super) fn choose_account(stage: Stage<'_>, known: &[Known]) -> Result<Response, Fault> {
    let account = |known: &Known| Account {
        value: known.account.session.to_string(),
        name: known.name.clone(),
        username: known.account.username.clone(),
        signed_in: known.account.standing == Standing::Fits,
    };
    let page = ChooseAccount {
        frame: stage.frame.clone(),
        action: path(&stage, "account"),
        flow: stage.pending.seal(stage.realm)?,
        app: stage.client.name.clone(),
        accounts: known.iter().map(account).collect(),
    };
    let html = page.render(stage.language());
    finish(stage, html, "page:account")
}

/// Asks whether this browser may stay signed in.
pub(super) fn stay_signed_in(stage: Stage<'_>, username: &str) -> Result<Response, Fault> {
    let page = StaySignedIn {
        frame: stage.frame.clone(),
        action: path(&stage, "stay-signed-in"),
        flow: stage.pending.seal(stage.realm)?,
        username: username.to_owned(),
    };
    let html = page.render(stage.language());
    finish(stage, html, "page:stay_signed_in")
}

/// Asks for what the person has not allowed yet.
pub(super) fn consent(stage: Stage<'_>, user: &User, ask: &Unconsented) -> Result<Response, Fault> {
    let request = &stage.pending.request;
    let resource = stage.resources.iter().find(|known| known.identifier == request.scopes.resource);
    let permission = |scope: &String| Permission {
        resource: resource.map(|resource| resource.name.clone()).unwrap_or_default(),
        description: resource
            .and_then(|resource| resource.scope(scope))
            .map_or_else(|| scope.clone(), |known| known.description.clone()),
        scope: scope.clone(),
    };
    let page = Consent {
        frame: stage.frame.clone(),
        action: path(&stage, "consent"),
        flow: stage.pending.seal(stage.realm)?,
        app: stage.client.name.clone(),
        publisher: None,
        username: user.username.clone(),
        basic_scopes: ask.openid_scopes.clone(),
        permissions: ask.scopes.iter().map(permission).collect(),
        redirect_host: host(request.back.uri()).to_owned(),
    };
    let html = page.render(stage.language());
    finish(stage, html, "page:consent")
}

fn finish(mut stage: Stage<'_>, html: String, outcome: &'static str) -> Result<Response, Fault> {
    let redirect_uri = stage.pending.request.back.uri();
    let mut response = render::html(html, Purpose::Journey, &[redirect_uri]);
    let jar = Jar::of(&stage.call.parts.headers);
    stage.cookies.extend(stage.pending.bind(&jar, &stage.context())?);
    cookies::put(response.headers_mut(), std::mem::take(&mut stage.cookies));
    *response.status_mut() = StatusCode::OK;
    stage.call.exchange.note(|traces| traces.outcome = Some(outcome));
    Ok(response)
}

fn problem(refusal: &Refusal, language: Language) -> Problem {
    let advice = advice(&refusal.remedy(language));
    let text = format!("{} {advice}", refusal.happened(language));
    Problem { title: refusal.title(language), text }
}

/// The first step of a remedy, as one says it to the person whose step it is: without "User: ".
fn advice(remedy: &str) -> String {
    let first = remedy.lines().next().unwrap_or_default();
    let step = first.split_once(": ").map_or(first, |(_, step)| step);
    let mut letters = step.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn path(stage: &Stage<'_>, page: &str) -> String {
    format!("/{}/{page}", stage.realm.tenant.name)
}

/// The host that a redirect URI leads to, or the scheme of a native app's.
fn host(uri: &str) -> &str {
    let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
    match rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default()) {
        Some(host) if matches!(scheme, "http" | "https") => host,
        _ => scheme,
    }
}
