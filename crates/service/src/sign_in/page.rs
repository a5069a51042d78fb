//! Renders the pages of the sign-in flow, each with the sealed flow in its form and the cookie that
//! binds it to the browser.

use axum::{http::StatusCode, response::Response};
use catalogue::{Language, Refusal};
use model::{Fault, User};
use pages::{
    Account, ChooseAccount, Consent, FormError, PageKind, Permission, SignIn, StaySignedIn,
};
use protocol::authorize::MissingConsent;
use signin::flow::SessionFit;

use crate::{
    http::{
        cookies::{self, RequestCookies},
        response,
    },
    sign_in::flow_context::{BrowserAccount, FlowContext},
};

/// Renders the sign-in page, after a failed attempt with its refusal.
pub(super) fn sign_in(
    flow_context: FlowContext<'_>,
    username: Option<&str>,
    refusal: Option<&Refusal>,
) -> Result<Response, Fault> {
    let (incoming, language) = (flow_context.incoming, flow_context.language());
    let page = SignIn {
        layout: flow_context.layout.clone(),
        action: path(&flow_context, "sign-in"),
        flow: flow_context.flow.seal(flow_context.tenant)?,
        app: flow_context.client.name.clone(),
        username: username.unwrap_or_default().to_owned(),
        problem: refusal.map(|refusal| form_error(refusal, language)),
    };
    let mut response = respond(flow_context, page.render(language), "page:sign_in")?;
    if let Some(refusal) = refusal {
        response::set_refusal_headers(&mut response, refusal);
        incoming.context.annotate(|annotations| annotations.refusal = Some(refusal.clone()));
    }
    Ok(response)
}

/// Renders the account choice.
pub(super) fn choose_account(
    flow_context: FlowContext<'_>,
    accounts: &[BrowserAccount],
) -> Result<Response, Fault> {
    let account = |account: &BrowserAccount| Account {
        value: account.account.session.to_string(),
        name: account.name.clone(),
        username: account.account.username.clone(),
        signed_in: account.account.session_fit == SessionFit::Usable,
    };
    let page = ChooseAccount {
        layout: flow_context.layout.clone(),
        action: path(&flow_context, "account"),
        flow: flow_context.flow.seal(flow_context.tenant)?,
        app: flow_context.client.name.clone(),
        accounts: accounts.iter().map(account).collect(),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:account")
}

/// Renders the page "Stay signed in?".
pub(super) fn stay_signed_in(
    flow_context: FlowContext<'_>,
    username: &str,
) -> Result<Response, Fault> {
    let page = StaySignedIn {
        layout: flow_context.layout.clone(),
        action: path(&flow_context, "stay-signed-in"),
        flow: flow_context.flow.seal(flow_context.tenant)?,
        username: username.to_owned(),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:stay_signed_in")
}

/// Renders the consent page for the scopes without consent.
pub(super) fn consent(
    flow_context: FlowContext<'_>,
    user: &User,
    missing: &MissingConsent,
) -> Result<Response, Fault> {
    let (request, language) = (&flow_context.flow.request, flow_context.language());
    let resource =
        flow_context.resources.iter().find(|known| known.identifier == request.scopes.resource);
    let permission = |scope: &String| Permission {
        resource: resource
            .map(|resource| resource.name.in_language_or(language.tag(), &resource.identifier))
            .unwrap_or_default()
            .to_owned(),
        description: resource
            .and_then(|resource| resource.scope(scope))
            .map_or(scope.as_str(), |known| known.description.in_language_or(language.tag(), scope))
            .to_owned(),
        scope: scope.clone(),
    };
    let page = Consent {
        layout: flow_context.layout.clone(),
        action: path(&flow_context, "consent"),
        flow: flow_context.flow.seal(flow_context.tenant)?,
        app: flow_context.client.name.clone(),
        publisher: None,
        username: user.username.clone(),
        basic_scopes: missing.openid_scopes.clone(),
        permissions: missing.scopes.iter().map(permission).collect(),
        redirect_host: host(request.redirect_target.uri()).to_owned(),
    };
    respond(flow_context, page.render(language), "page:consent")
}

fn respond(
    mut flow_context: FlowContext<'_>,
    html: String,
    outcome: &'static str,
) -> Result<Response, Fault> {
    let mut response = response::html(html, PageKind::SignInFlow);
    let cookies = RequestCookies::parse(&flow_context.incoming.parts.headers);
    flow_context
        .cookies
        .extend(flow_context.flow.set_cookie(&cookies, &flow_context.rule_context())?);
    cookies::append(response.headers_mut(), std::mem::take(&mut flow_context.cookies));
    *response.status_mut() = StatusCode::OK;
    flow_context.request_context().annotate(|annotations| annotations.success = Some(outcome));
    Ok(response)
}

fn form_error(refusal: &Refusal, language: Language) -> FormError {
    let advice = first_step(&refusal.remedy(language));
    let text = format!("{} {advice}", refusal.description(language));
    FormError::new(refusal.title(language), text)
}

/// Returns the first step of a remedy, without its role prefix such as `User: `.
fn first_step(remedy: &str) -> String {
    let first = remedy.lines().next().unwrap_or_default();
    let step = first.split_once(": ").map_or(first, |(_, step)| step);
    let mut letters = step.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn path(flow_context: &FlowContext<'_>, page: &str) -> String {
    format!("/{}/{page}", flow_context.tenant.row.name)
}

/// Returns the host of a redirect URI, or the scheme of a native app's private-use URI.
fn host(uri: &str) -> &str {
    let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
    match rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default()) {
        Some(host) if matches!(scheme, "http" | "https") => host,
        _ => scheme,
    }
}
