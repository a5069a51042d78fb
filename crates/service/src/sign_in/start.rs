//! The authorization endpoint itself: GET and POST (OpenID Connect Core §3.1.2.1).

use axum::{body::Bytes, http::Method, response::Response};
use pages::Layout;
use protocol::{
    Checks,
    authorize::{AuthorizationInputs, AuthorizationRequest, AuthorizeError, UiLocales, check},
    context::TenantContext,
    parameters::Parameters,
};

use crate::{
    http::{
        cookies::{BrowserSessions, RequestCookies},
        csrf, error_simulation, ignored_parameters,
        incoming::IncomingRequest,
        response::{languages, redirect},
    },
    sign_in::{
        advance, annotate_flow,
        flow::SignInFlow,
        flow_context::{self, FlowContext, FlowError},
        response,
    },
};

/// Maximum length of the parameters of a cross-site POST that is redirected to a GET, in bytes.
const LINK_BYTES_MAX: usize = 8 * 1_024;

/// Checks an authorization request and starts its sign-in flow.
pub(crate) async fn authorize(mut incoming: IncomingRequest) -> Response {
    let tenant = match incoming.resolve_tenant(&[Method::GET, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            incoming.read_and_record_claimed_client().await;
            let language = incoming.context.language();
            return response::refuse(&incoming, None, language, error.into());
        }
    };
    let encoded = match parameters(&mut incoming).await {
        Ok(encoded) => encoded,
        Err(error) => {
            let language = incoming.context.language();
            return response::refuse(&incoming, Some(&tenant), language, error);
        }
    };
    if let Some(response) = redirect_to_get(&incoming, &encoded) {
        return response;
    }
    incoming.record_claimed_client_in(&encoded);
    let parameters = Parameters::parse(&encoded).unwrap_or_default();
    ignored_parameters::warn(&incoming, &parameters, ignored_parameters::AUTHORIZE);
    if let Some(sent) = parameters.get("client-request-id") {
        incoming.context.set_correlation_id(sent);
    }
    let language = flow_context::language(&incoming, &UiLocales::parse(&parameters));
    let mut checks = Checks::default();
    let response = match start(&incoming, &tenant, &encoded, &mut checks).await {
        Ok(response) => response,
        Err(error) => response::refuse(&incoming, Some(&tenant), language, error),
    };
    incoming.context.annotate(|annotations| annotations.add_checks(checks));
    response
}

/// Returns the parameters of the query and of a POST's body together. A parameter in both counts as
/// repeated.
async fn parameters(incoming: &mut IncomingRequest) -> Result<Bytes, FlowError> {
    let query = incoming.parts.uri.query().unwrap_or_default().to_owned();
    if incoming.parts.method != Method::POST {
        return Ok(Bytes::from(query));
    }
    let body = incoming.body().await?;
    Ok(Bytes::from([query.as_bytes(), b"&", &body].concat()))
}

/// Redirects a cross-site POST to the same request as a GET. Browsers send no `SameSite=Lax`
/// cookies with the POST, so it would find no session; with the GET they send them.
fn redirect_to_get(incoming: &IncomingRequest, encoded: &[u8]) -> Option<Response> {
    let is_cross_site_post =
        incoming.parts.method == Method::POST && csrf::is_cross_site(&incoming.parts.headers);
    if !is_cross_site_post || encoded.len() > LINK_BYTES_MAX {
        return None;
    }
    let query = std::str::from_utf8(encoded).ok()?.trim_start_matches('&');
    redirect(&format!("{}?{query}", incoming.parts.uri.path())).ok()
}

async fn start(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    encoded: &[u8],
    checks: &mut Checks,
) -> Result<Response, FlowError> {
    let (service, rule_context) = (&incoming.service, incoming.rule_context(tenant));
    let keys = service.keys(tenant).await?;
    let inputs = AuthorizationInputs::gather(encoded, keys, &*service.store, &rule_context).await?;
    let checked = check(encoded, &inputs, &rule_context, checks);
    simulate_error(incoming, encoded, &inputs, &checked)?;
    let request = checked?;
    let client =
        inputs.client.ok_or_else(|| catalogue::refusal::client_not_found(&request.client))?;
    let silent = request.prompt.none.then(|| Box::new(request.redirect_target.clone()));
    let layout =
        flow_context::layout(tenant, flow_context::language(incoming, &request.ui_locales));
    let flow = SignInFlow::new(request, &rule_context);
    annotate_flow(incoming, &flow);
    let flow_context = FlowContext {
        incoming,
        tenant,
        client,
        resources: inputs.resources,
        flow,
        sessions: BrowserSessions::from_cookies(
            &RequestCookies::parse(&incoming.parts.headers),
            tenant,
        ),
        cookies: Vec::new(),
        layout: Layout { languages: languages(&incoming.parts), ..layout },
        resumed: false,
    };
    // A silent request runs in a hidden frame, where no page is seen: the client gets faults too.
    advance::advance(flow_context)
        .await
        .map_err(|error| FlowError { redirect_target: error.redirect_target.or(silent), ..error })
}

/// Returns the refusal that a client with error simulation requests: to the redirect target if the
/// error may be sent there, else on a page.
fn simulate_error(
    incoming: &IncomingRequest,
    encoded: &[u8],
    inputs: &AuthorizationInputs,
    checked: &Result<AuthorizationRequest, AuthorizeError>,
) -> Result<(), FlowError> {
    let parameters = Parameters::parse(encoded).unwrap_or_default();
    let client = inputs.client.as_deref().filter(|client| client.enabled);
    let Some(refusal) = error_simulation::requested(incoming, &parameters, client) else {
        return Ok(());
    };
    let redirect_target = match checked {
        Ok(request) => Some(Box::new(request.redirect_target.clone())),
        Err(error) => error.redirect_target.clone(),
    };
    let entry = refusal.entry();
    let redirect_target = redirect_target.filter(|_| !entry.page_only && entry.error != "none");
    let cancelled = entry.constructor == "sign_in_cancelled";
    Err(FlowError { redirect_target, cancelled, ..refusal.into() })
}
