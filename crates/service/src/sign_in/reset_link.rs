//! `/{tenant}/reset-link`: the page to which the link of a mail leads. It changes nothing by
//! itself, because mail scanners follow links, and has a button only in the browser of the flow.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use model::Timestamp;
use pages::{PageKind, ResetLink, ResetLinkForm};
use protocol::{Error, authorize::UiLocales, context::TenantContext};

use crate::{
    http::{cookies::RequestCookies, incoming::IncomingRequest, page_layout, response},
    sign_in::{
        address::Address,
        flow::SignInFlow,
        flow_context::{language, layout},
        mailed_link::{MailedLink, PARAMETER, used_value},
        next_step,
        reset_state::{RequestedMail, Reset},
        response as flow_response,
    },
    user_mail,
};

/// Shows the page.
pub(crate) async fn show(incoming: IncomingRequest) -> Response {
    let tenant = match incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let language = incoming.context.language();
            return response::error_page(&incoming.context, &error, language);
        }
    };
    match page(&incoming, &tenant).await {
        Ok(response) => response,
        Err(error) => {
            let language = incoming.context.language();
            flow_response::refuse(&incoming, Some(&tenant), language, error.into())
        }
    }
}

async fn page(incoming: &IncomingRequest, tenant: &TenantContext) -> Result<Response, Error> {
    let query = incoming.query()?;
    let token = query.get(PARAMETER).unwrap_or_default();
    let now = incoming.context.now();
    let link = MailedLink::open(token, tenant, now)?;
    check_unused(incoming, tenant, &link).await?;
    let cookies = RequestCookies::parse(&incoming.parts().headers);
    let flow = SignInFlow::find(link.flow, &cookies, tenant);
    let form = flow.map(|flow| form(&flow, (&link, token), (tenant, now))).transpose()?;
    let language = language(incoming, &UiLocales::parse(&query));
    let refused = form.is_none().then(refusal::mailed_link_in_other_browser);
    let trace_id = incoming.context.trace_id();
    let form_error = |refusal| page_layout::form_error(refusal, trace_id, language);
    let zone = page_layout::zone(Some(&tenant.row));
    let [browser, place] = user_mail::origin_texts(&link.origin, language);
    let page = ResetLink {
        layout: layout(incoming, tenant, language),
        at: page_layout::page_time(link.origin.at, &zone),
        browser,
        place,
        form,
        problem: refused.as_ref().map(form_error),
    };
    let mut response = response::html(page.render(language), PageKind::SignInFlow);
    if let Some(refusal) = &refused {
        response::set_refusal_headers(&mut response, refusal);
    }
    incoming.context.annotate(|annotations| {
        annotations.flow_id = Some(link.flow);
        annotations.success = Some("page:reset_link");
        annotations.refusal = refused;
    });
    Ok(response)
}

async fn check_unused(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    link: &MailedLink,
) -> Result<(), Error> {
    let used = used_value(tenant, &link.challenge, link.expires_at());
    if incoming.service.store_of(tenant).is_used(&used).await? {
        return Err(refusal::mailed_code_already_used().into());
    }
    Ok(())
}

/// Returns the form in the browser that has the flow.
///
/// # Errors
/// A newer mail was requested in the flow, or the flow goes on without one.
fn form(
    flow: &SignInFlow,
    (link, token): (&MailedLink, &str),
    (tenant, now): (&TenantContext, Timestamp),
) -> Result<ResetLinkForm, Refusal> {
    let Some(Reset::Requested(requested)) = &flow.reset else {
        return Err(refusal::mailed_code_wrong());
    };
    if requested.challenge != link.challenge {
        return Err(refusal::mailed_code_wrong());
    }
    if flow.id().expires_at() <= now {
        return Err(refusal::mailed_code_expired());
    }
    let RequestedMail { query, .. } = requested;
    Ok(ResetLinkForm {
        action: Address::parse(query, tenant).of_form("reset-password", flow.id()),
        flow: flow.id().to_string(),
        step: next_step::reset_code_step(requested),
        link_token: token.to_owned(),
    })
}
