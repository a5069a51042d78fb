//! Error simulation: a client requests an error by its number, to test how the app handles it.

use axum::response::Response;
use catalogue::{Refusal, refusal, sample};
use model::{Client, Fault};
use protocol::{
    Error, client_auth::ClientAuthentication, context::TenantContext, parameters::Parameters,
};

use crate::http::{incoming::IncomingRequest, response};

/// The parameter that contains the requested error number.
const PARAMETER: &str = "admit_simulate_error";

/// Refuses a request that names an error number to simulate. Call it before the other checks.
///
/// # Errors
/// The requested refusal, or a refusal of the simulation; see [`requested`].
pub(crate) async fn check(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    parameters: &Parameters,
) -> Result<(), Error> {
    if parameters.get(PARAMETER).is_none() {
        return Ok(());
    }
    let client = client(incoming, tenant, parameters).await?;
    match requested(incoming, parameters, client.as_deref()) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// Returns the refusal that a client requests. If the installation or the client does not allow
/// error simulation, or the number is unknown, returns the refusal that says so.
///
/// Returns `None` if the request names no error, or its client is unknown: the ordinary rules
/// then refuse it.
pub(crate) fn requested(
    incoming: &IncomingRequest,
    parameters: &Parameters,
    client: Option<&Client>,
) -> Option<Refusal> {
    let number = parameters.get(PARAMETER)?;
    let client = client?;
    if !incoming.service.settings.error_simulation_allowed {
        return Some(refusal::error_simulation_not_allowed());
    }
    if !client.error_simulation {
        return Some(refusal::error_simulation_not_enabled(&client.name));
    }
    let entry = number.parse().ok().and_then(catalogue::entry);
    let Some(entry) = entry else { return Some(refusal::error_simulation_number_unknown(number)) };
    incoming.context.annotate(|annotations| annotations.simulated = true);
    Some(entry.refusal(|name| match name {
        "client" => client.name.clone(),
        other => sample(other).to_owned(),
    }))
}

/// Returns an error of an endpoint for clients. Errors that exist only on pages occur here only by
/// simulation, and are returned as a page; all others as JSON.
pub(crate) fn error(incoming: &IncomingRequest, error: &Error) -> Response {
    match error {
        Error::Refused(refusal) if refusal.entry().error == "none" => {
            response::error_page(&incoming.context, error, incoming.context.language())
        }
        _ => response::error(&incoming.context, error),
    }
}

/// Returns the client that the request names, without authenticating it.
async fn client(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    parameters: &Parameters,
) -> Result<Option<std::sync::Arc<Client>>, Fault> {
    let Ok(authentication) = ClientAuthentication::extract(&incoming.head(), parameters) else {
        return Ok(None);
    };
    let client = incoming.service.store_of(tenant).client(authentication.client_id()).await?;
    // Without authentication, a disabled client must look like an unknown one (enumeration).
    Ok(client.filter(|client| client.enabled))
}
