//! Authorization responses to the client, and error pages for errors that must not be redirected.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use catalogue::Language;
use model::Fault;
use pages::{Field, FormPost, Layout, PageKind};
use protocol::{
    Error,
    authorize::{AuthorizationResponse, ErrorParameters, ResponseDelivery},
    context::TenantContext,
};

use crate::{
    http::{cookies, incoming::IncomingRequest, response},
    sign_in::{
        flow_context::{FlowContext, layout},
        flow_error::FlowError,
    },
};

/// Sends the authorization response that ends a sign-in flow.
pub(super) fn deliver(
    mut flow_context: FlowContext<'_>,
    authorization: AuthorizationResponse,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let mut response = send(authorization, flow_context.layout.clone(), language)?;
    cookies::append(response.headers_mut(), std::mem::take(&mut flow_context.cookies));
    flow_context.request_context().annotate(|annotations| annotations.success = Some("code"));
    Ok(response)
}

/// Responds to a refused request: an error response to the redirect target, else an error page.
pub(super) fn refuse(
    incoming: &IncomingRequest,
    tenant: Option<&TenantContext>,
    language: Language,
    error: FlowError,
) -> Response {
    let FlowError { error, redirect_target, cancelled, go_on, cookies } = error;
    let (Some(redirect_target), Some(tenant)) = (redirect_target, tenant) else {
        let mut response = error_page((incoming, tenant), language, &error, go_on);
        // A 401 needs a challenge (RFC 9110 §15.5.2), but no scheme fits: clients do not
        // authenticate at this endpoint.
        if response.status() == StatusCode::UNAUTHORIZED {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        return response;
    };
    let refusal = response::to_refusal(&incoming.context, &error);
    let parameters = ErrorParameters {
        description: response::error_description(&incoming.context, &refusal),
        error_uri: response::error_uri(&incoming.context, &refusal),
        subcode: cancelled.then_some("cancel"),
    };
    let error = redirect_target.refuse(&refusal, parameters);
    let mut response = match send(error, layout(incoming, tenant, language), language) {
        Ok(response) => response,
        Err(fault) => {
            return error_page((incoming, Some(tenant)), language, &fault.into(), go_on);
        }
    };
    cookies::append(response.headers_mut(), cookies);
    incoming.context.annotate(|annotations| annotations.refusal = Some(refusal));
    response
}

/// Returns the error page of the tenant, with the link that goes on. If the error is temporary and
/// the request was a GET, the link tries again.
fn error_page(
    (incoming, tenant): (&IncomingRequest, Option<&TenantContext>),
    language: Language,
    error: &Error,
    go_on: Option<Box<str>>,
) -> Response {
    let is_temporary = match error {
        Error::Refused(refusal) => matches!(refusal.entry().status, 429 | 500..),
        Error::Fault(_) => true,
    };
    let retry = incoming.parts().uri.path_and_query().map(ToString::to_string);
    let retry = retry.filter(|_| is_temporary && incoming.parts().method == Method::GET);
    let retry = go_on.map(String::from).or(retry);
    // Without a tenant there is no retry link: the URL of such a request may contain a secret.
    let Some(tenant) = tenant else {
        return response::error_page(&incoming.context, error, language);
    };
    response::error_page_in(&incoming.context, error, language, (Some(&tenant.row), retry))
}

/// Returns a redirect, or the page that posts the form. A redirect has no page headers, so it works
/// in the hidden frame in which single-page apps renew tokens.
fn send(
    authorization: AuthorizationResponse,
    layout: Layout,
    language: Language,
) -> Result<Response, Fault> {
    match authorization.delivery() {
        ResponseDelivery::Redirect(location) => response::redirect(&location),
        ResponseDelivery::Form { uri, fields } => {
            let field = |(name, value): (&str, String)| Field { name: name.to_owned(), value };
            let fields = fields.into_iter().map(field).collect();
            let page = FormPost { layout, redirect_uri: uri, fields };
            Ok(response::html(page.render(language), PageKind::FormPost))
        }
    }
}
