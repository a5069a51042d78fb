//! The endpoint for signing out: GET and POST (RP-Initiated Logout §2).

use axum::{body::Bytes, http::Method, response::Response};
use model::Warning;
use protocol::{Error, end_session::EndSessionRequest, parameters::Parameters};

use crate::{
    http::{
        csrf,
        incoming::{IncomingRequest, refuse_secrets},
    },
    sign_out::{
        proceed::{self, Place},
        sign_out_context::{self, SignOutContext},
    },
};

/// Signs the user out, or leads to the page that asks.
pub(crate) async fn logout(mut incoming: IncomingRequest) -> Response {
    let tenant = match sign_out_context::tenant(&incoming, &[Method::GET, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(response) => return response,
    };
    let parameters = parameters(&mut incoming).await;
    let known = parameters.as_ref().cloned().unwrap_or_default();
    let context = SignOutContext::new(&incoming, &tenant, &known);
    let result = match parameters {
        Ok(parameters) => handle(&context, &parameters).await,
        Err(error) => Err(error),
    };
    result.unwrap_or_else(|error| context.error_page(&error))
}

/// Returns the parameters of the query and of a POST's body together. A parameter in both counts as
/// repeated.
async fn parameters(incoming: &mut IncomingRequest) -> Result<Parameters, Error> {
    let query = incoming.parts().uri.query().unwrap_or_default().to_owned();
    let mut encoded = Bytes::from(query);
    if incoming.parts().method == Method::POST {
        let body = incoming.body().await?;
        refuse_secrets(&body)?;
        encoded = Bytes::from([&encoded, &b"&"[..], &body].concat());
    }
    let parameters =
        Parameters::parse(&encoded).inspect_err(|_| incoming.record_claimed_client_in(&encoded))?;
    if let Some(sent) = parameters.get("client-request-id") {
        incoming.context.set_correlation_id(sent);
    }
    Ok(parameters)
}

async fn handle(context: &SignOutContext<'_>, parameters: &Parameters) -> Result<Response, Error> {
    let (incoming, tenant) = (context.incoming, context.tenant);
    incoming.record_claimed_client(parameters);
    let keys = incoming.service.keys(tenant).await?;
    let request = EndSessionRequest::parse(parameters, &keys, tenant)?;
    incoming.context.annotate(|annotations| {
        if let Some(client) = request.hint.as_ref().map(|hint| &hint.client) {
            annotations.set_client(client);
        }
        if request.has_unusable_hint {
            annotations.add_warning(Warning::new("logout_hint_unusable", ""));
        }
    });
    let head = incoming.parts();
    if head.method == Method::POST && csrf::is_cross_site(&head.headers) {
        // Browsers send no `SameSite=Lax` cookies with this POST, so it would find no session. With
        // the GET they send them.
        return proceed::lead_to_question(context, &request);
    }
    proceed::proceed(context, &request, Place::Endpoint).await
}
