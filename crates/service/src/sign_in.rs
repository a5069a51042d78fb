//! The authorization endpoint `/{tenant}/oauth2/v2.0/authorize` (RFC 6749 §3.1, OpenID Connect Core
//! §3.1.2) and the pages of the sign-in flow.

pub(crate) mod account;
mod advance;
pub(crate) mod consent;
mod flow;
mod flow_context;
mod page;
pub(crate) mod password;
pub(crate) mod response;
pub(crate) mod start;
pub(crate) mod stay_signed_in;
pub(crate) mod username_form;

use axum::{http::Method, response::Response};
use protocol::{authorize::UiLocales, context::TenantContext};

use crate::http::{
    cookies::RequestCookies, csrf, form_fields::FormFields, incoming::IncomingRequest,
};
use flow::SignInFlow;
use flow_context::{FlowContext, FlowError};

/// Handles a form of the sign-in flow after checking method, tenant, same origin (CSRF), the sealed
/// flow, and the cookie of the browser that started it.
async fn handle_form<A>(mut incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(FlowContext<'_>, FormFields) -> Result<Response, FlowError>,
{
    let tenant = match incoming.resolve_tenant(&[Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let language = incoming.context.language();
            return response::refuse(&incoming, None, language, error.into());
        }
    };
    let mut language = flow_context::language(&incoming, &UiLocales::default());
    let result = async {
        let (fields, flow) = read_form(&mut incoming, &tenant).await?;
        language = flow_context::language(&incoming, &flow.request.ui_locales);
        handle(FlowContext::resume(&incoming, &tenant, flow).await?, fields).await
    };
    match result.await {
        Ok(response) => response,
        Err(error) => response::refuse(&incoming, Some(&tenant), language, error),
    }
}

/// Names the sign-in flow and its client in the request record.
fn annotate_flow(incoming: &IncomingRequest, flow: &SignInFlow) {
    incoming.context.annotate(|annotations| {
        annotations.flow_id = Some(flow.record_id());
        annotations.set_client(&flow.request.client);
    });
}

async fn read_form(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
) -> Result<(FormFields, SignInFlow), FlowError> {
    csrf::check_same_origin(incoming)?;
    let fields = FormFields::read(incoming).await?;
    let context = incoming.rule_context(tenant);
    let flow = SignInFlow::unseal(fields.value("flow"), tenant)?;
    annotate_flow(incoming, &flow);
    let flow = flow.resume(&RequestCookies::parse(&incoming.parts.headers), &context)?;
    Ok((fields, flow))
}
