//! The authorization endpoint itself: GET and POST (OpenID Connect Core §3.1.2.1).

use axum::{body::Bytes, http::Method, response::Response};
use percent_encoding::{CONTROLS, percent_encode};
use protocol::{
    Checks,
    authorize::{AuthorizationInputs, AuthorizationRequest, AuthorizeError, UiLocales},
    context::TenantContext,
    parameters::Parameters,
};

use crate::{
    http::{
        csrf, error_simulation, ignored_parameters,
        incoming::{IncomingRequest, refuse_secrets},
        response::redirect,
    },
    sign_in::{
        address::Address,
        advance, ended,
        flow_context::{self, FlowContext, FlowState, check_request},
        flow_error::FlowError,
        pushed_request, response,
    },
};

/// Checks an authorization request and starts its sign-in flow, or shows the page of the flow that
/// its address names.
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
    incoming.record_claimed_client_in(&encoded);
    let parameters = Parameters::parse(&encoded).unwrap_or_default();
    if let Some(sent) = parameters.get("client-request-id") {
        incoming.context.set_correlation_id(sent);
    }
    let language = flow_context::language(&incoming, &UiLocales::parse(&parameters));
    // The same bytes in ASCII: those that are no UTF-8 are refused like escapes that are none.
    let address = Address::parse(&percent_encode(&encoded, CONTROLS).to_string(), &tenant);
    let is_first = address.flow.is_none();
    if is_first {
        ignored_parameters::warn(&incoming, &parameters, ignored_parameters::AUTHORIZE);
    }
    let mut checks = Checks::default();
    let response = match start(&incoming, &tenant, address, &mut checks).await {
        Ok(response) => response,
        Err(error) => response::refuse(&incoming, Some(&tenant), language, error),
    };
    if !is_first {
        // The record of the request that started the flow has the warnings.
        checks.remove_warnings();
    }
    incoming.context.annotate(|annotations| annotations.add_checks(checks));
    response
}

/// Returns the parameters of the query and of a POST's body together. A parameter in both counts as
/// repeated.
async fn parameters(incoming: &mut IncomingRequest) -> Result<Bytes, FlowError> {
    let query = incoming.parts().uri.query().unwrap_or_default().to_owned();
    if incoming.parts().method != Method::POST {
        return Ok(Bytes::from(query));
    }
    let body = incoming.body().await?;
    // The parameters become an address, or are stored as a pushed request.
    refuse_secrets(&body).inspect_err(|_| incoming.record_claimed_client_in(&body))?;
    Ok(Bytes::from([query.as_bytes(), b"&", &body].concat()))
}

async fn start(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    address: Address,
    checks: &mut Checks,
) -> Result<Response, FlowError> {
    let address = pushed_request::resolve(incoming, tenant, address).await?;
    let (inputs, checked) = check_request(incoming, tenant, &address, checks).await?;
    simulate_error(incoming, &address, &inputs, &checked)?;
    let flow_context = FlowContext::new(incoming, tenant, address, (inputs, checked?))?;
    let request = &flow_context.request;
    let silent = request.prompt.none.then(|| Box::new(request.redirect_target.clone()));
    // A silent request runs in a hidden frame, where no page is seen: the client gets faults too.
    respond(flow_context)
        .await
        .map_err(|error| FlowError { redirect_target: error.redirect_target.or(silent), ..error })
}

async fn respond(mut flow_context: FlowContext<'_>) -> Result<Response, FlowError> {
    let head = flow_context.incoming.parts();
    if head.method == Method::POST && csrf::is_cross_site(&head.headers) {
        // Browsers send no `SameSite=Lax` cookies with this POST, so it would find no session. With
        // the GET they send them.
        pushed_request::push(&mut flow_context).await?;
        return Ok(redirect(&flow_context.address.of_request())?);
    }
    let is_silent = flow_context.request.prompt.none;
    if let Some(id) = flow_context.address.flow.filter(|_| !is_silent) {
        match flow_context.resume(id).await? {
            FlowState::Active => return advance::show(flow_context).await,
            FlowState::Lost if !flow_context.address.is_retry || flow_context.has_cookie(id) => {
                flow_context.address.is_retry = true;
            }
            state => return ended::show(flow_context, (id, state)).await,
        }
    } else if let Some(expired) = flow_context.address.begins_again {
        flow_context.keep_username_of(expired);
    }
    advance::start(flow_context).await
}

/// Returns the refusal that a client with error simulation requests: to the redirect target if the
/// error may be sent there, else on a page.
fn simulate_error(
    incoming: &IncomingRequest,
    address: &Address,
    inputs: &AuthorizationInputs,
    checked: &Result<AuthorizationRequest, AuthorizeError>,
) -> Result<(), FlowError> {
    let parameters = Parameters::parse(address.encoded.as_bytes()).unwrap_or_default();
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
