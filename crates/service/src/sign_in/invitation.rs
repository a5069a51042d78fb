//! `/{tenant}/invitation`: the page to which the link of an invitation leads. It changes nothing by
//! itself, because mail scanners follow links. Its button starts the sign-in to the account page,
//! in which the invited user sets a password.

use axum::{http::Method, response::Response};
use model::User;
use pages::{InvitationPage, PageKind};
use protocol::{Checks, Error, authorize::UiLocales, context::TenantContext};

use crate::{
    http::{csrf, form_fields::FormFields, incoming::IncomingRequest, response},
    invitations,
    own_sign_in::{
        session::LIFETIME,
        start::{SignInStart, prepare},
    },
    sign_in::{
        address::Address,
        advance,
        flow_context::{FlowContext, check_request, language, layout},
        flow_error::FlowError,
        mailed_link::PARAMETER,
        response as flow_response,
        sign_up_state::{Proof, ProvenAddress, SignUp, TypedDetails},
    },
    tenants::built_in_client::BuiltInClient,
};

/// Shows the page, and handles its form.
pub(crate) async fn page(mut incoming: IncomingRequest) -> Response {
    let methods = [Method::GET, Method::HEAD, Method::POST];
    let tenant = match incoming.resolve_tenant(&methods).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let language = incoming.context.language();
            return response::error_page(&incoming.context, &error, language);
        }
    };
    let result = if incoming.parts().method == Method::POST {
        accept(&mut incoming, &tenant).await
    } else {
        show(&incoming, &tenant).await.map_err(FlowError::from)
    };
    result.unwrap_or_else(|error| {
        let language = incoming.context.language();
        flow_response::refuse(&incoming, Some(&tenant), language, error)
    })
}

async fn show(incoming: &IncomingRequest, tenant: &TenantContext) -> Result<Response, Error> {
    let query = incoming.query()?;
    let token = query.get(PARAMETER).unwrap_or_default();
    let user = open(incoming, tenant, token).await?;
    let language = language(incoming, &UiLocales::parse(&query));
    let page = InvitationPage {
        layout: layout(incoming, tenant, language),
        action: format!("/{}/invitation", tenant.row.name),
        link_token: token.to_owned(),
        tenant: tenant.row.display_name.in_language(language.tag()).to_owned(),
        username: user.username.clone(),
    };
    incoming.context.annotate(|annotations| annotations.success = Some("page:invitation"));
    Ok(response::html(page.render(language), PageKind::SignInFlow))
}

/// Starts the sign-in to the account page, as a flow whose user completes the account first.
async fn accept(
    incoming: &mut IncomingRequest,
    tenant: &TenantContext,
) -> Result<Response, FlowError> {
    csrf::check_same_origin(incoming)?;
    let fields = FormFields::read(incoming).await?;
    let incoming: &IncomingRequest = incoming;
    let user = open(incoming, tenant, fields.value(PARAMETER)).await?;
    let Some(invitation) = &user.invitation else {
        return Err(catalogue::refusal::invitation_used().into());
    };
    let name = &tenant.row.name;
    let start = SignInStart {
        pages: BuiltInClient::Account,
        tenant: name,
        next: invitation.app.clone().unwrap_or_else(|| format!("/{name}/account")),
        other: false,
        max_age: LIFETIME,
        two_factors: false,
    };
    let (query, pending) = prepare(incoming, start)?;
    let address = Address::parse(&query, tenant);
    let mut checks = Checks::default();
    let (inputs, request) = check_request(incoming, tenant, &address, &mut checks).await?;
    let mut flow_context = FlowContext::new(incoming, tenant, address, (inputs, request?))?;
    let proof = Proof::Invitation { user: user.id, digest: invitation.digest };
    let typed = TypedDetails::default();
    flow_context.flow.sign_up = Some(SignUp::Proven(ProvenAddress { proof, typed }));
    flow_context.cookies.push(pending);
    advance::redirect_to_page(flow_context, "flow:started")
}

/// Returns the invited user of a token.
async fn open(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    token: &str,
) -> Result<std::sync::Arc<User>, Error> {
    let named = invitations::parse(token)?;
    let store = incoming.service.store_of(tenant);
    let user = invitations::find((store, &tenant.row), named, incoming.context.now()).await?;
    incoming.context.annotate(|annotations| annotations.user = Some(user.id));
    Ok(user)
}
