//! `/{tenant}/oauth2/v2.0/explain`: explains a client's recorded requests and dry-runs new ones,
//! for callers with the client's credentials.

mod dry_run;
mod lookup;

use axum::{http::Method, response::Response};
use catalogue::refusal;
use model::TenantStore;
use protocol::{
    Error, RequestSummary, UnspentValues,
    client_auth::{AuthenticatedClient, ClientAuthentication},
    context::TenantContext,
    parameters::Parameters,
    request_head::RequestHead,
};

use crate::{
    http::{finish, incoming::IncomingRequest, response},
    limits::Limit,
    oauth::token_query::basic_challenge,
};

/// The parameters that look up a recorded request.
const IDS: [&str; 2] = ["trace_id", "correlation_id"];

/// Handles explain requests. Never allows CORS: the responses are for developers, not for pages.
pub(crate) async fn explain(mut incoming: IncomingRequest) -> Response {
    let tenant = match incoming.resolve_tenant(&[Method::GET, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            incoming.read_and_record_claimed_client().await;
            return response::error(&incoming.context, &error);
        }
    };
    let mut summary = RequestSummary::default();
    let response = match handle(&mut incoming, &tenant, &mut summary).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = response::error(&incoming.context, &error);
            basic_challenge(&mut response, &incoming, &tenant, &error);
            response
        }
    };
    finish::annotate_summary(&incoming, summary);
    response
}

async fn handle(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
    summary: &mut RequestSummary,
) -> Result<Response, Error> {
    if incoming.parts().method == Method::GET {
        let parameters = incoming.query()?;
        incoming.record_claimed_client(&parameters);
        return look_up(incoming, tenant, &parameters, summary).await;
    }
    let body = incoming.body().await?;
    let parameters =
        Parameters::parse(&body).inspect_err(|_| incoming.record_claimed_client_in(&body))?;
    incoming.record_claimed_client(&parameters);
    if let Some(sent) = parameters.get("client-request-id") {
        incoming.context.set_correlation_id(sent);
    }
    if IDS.iter().any(|id| parameters.get(id).is_some()) {
        return look_up(incoming, tenant, &parameters, summary).await;
    }
    run_dry(incoming, tenant, (&parameters, &body), summary).await
}

async fn look_up(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    parameters: &Parameters,
    summary: &mut RequestSummary,
) -> Result<Response, Error> {
    let request = (&incoming.head(), parameters);
    let store = incoming.service.store_of(tenant);
    let (caller, one_time_values) = authenticate(incoming, tenant, request, store, summary).await?;
    let query = lookup::query(incoming, tenant, caller.client(), parameters)?;
    // Before the rate of the client: a captured assertion must not use it up.
    one_time_values.spend(store).await?.record(&mut summary.checks);
    lookup::respond(incoming, (tenant, caller.client()), parameters, query).await
}

/// Dry-runs the request in the body. An assertion in the body of a token request is part of the dry
/// run and stays unused; any other one-time credential is consumed.
async fn run_dry(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    (parameters, body): (&Parameters, &[u8]),
    summary: &mut RequestSummary,
) -> Result<Response, Error> {
    let head = incoming.head();
    // With credentials in the header, the credentials in the body belong to the dry run only.
    let no_parameters = Parameters::default();
    let credentials = if head.authorization.is_empty() { parameters } else { &no_parameters };
    let dry_run_store = incoming.service.dry_run_store();
    let store = if parameters.get("grant_type").is_some() {
        tenant.store_in(&dry_run_store)
    } else {
        incoming.service.store_of(tenant)
    };
    let request = (&head, credentials);
    let (caller, one_time_values) = authenticate(incoming, tenant, request, store, summary).await?;
    let assertion = one_time_values.used_values().next().cloned();
    // Before the rate of the client: a captured assertion must not use it up.
    one_time_values.spend(store).await?.record(&mut summary.checks);
    let (client, now) = (&caller.client().id, incoming.context.now());
    let limits = &incoming.service.limits;
    let counted = limits.dry_runs.count((tenant.id(), client), assertion, now);
    limits.refusals.counted(Limit::DryRuns, counted)?;
    dry_run::respond(incoming, tenant, caller.client(), (parameters, body)).await
}

/// Authenticates the caller. Refuses public clients, because anyone can send their client id.
async fn authenticate(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    (head, parameters): (&RequestHead<'_>, &Parameters),
    store: TenantStore<'_>,
    summary: &mut RequestSummary,
) -> Result<(AuthenticatedClient, UnspentValues), Error> {
    let credentials =
        summary.checks.record("client_named", ClientAuthentication::extract(head, parameters))?;
    let (caller, one_time_values) =
        credentials.authenticate(store, &incoming.rule_context(tenant)?, summary).await?;
    if caller.client().public {
        return Err(refusal::explanation_for_public_client(&caller.client().name).into());
    }
    summary.checks.pass("client_confidential");
    Ok((caller, one_time_values))
}
