//! `/{tenant}/sign-out`: asks whether to sign out, and of which account.

use axum::{http::Method, response::Response};
use model::Session;
use protocol::{
    Error,
    context::TenantContext,
    end_session::{EndSessionRequest, Verdict, decide},
};

use crate::{
    http::{csrf, form_fields::FormFields, incoming::IncomingRequest},
    sign_out::{
        accounts::BrowserAccounts,
        proceed::{self, Place},
        sealed,
        sign_out_context::{self, SignOutContext},
    },
};

/// The value of `account` for all accounts.
const ALL: &str = "all";

/// Shows the page, or handles its form.
pub(crate) async fn page(mut incoming: IncomingRequest) -> Response {
    let tenant = match sign_out_context::tenant(&incoming, &[Method::GET, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(response) => return response,
    };
    let fields = if incoming.parts().method == Method::POST {
        Some(read_form(&mut incoming).await)
    } else {
        None
    };
    let context = SignOutContext::of_page(&incoming, &tenant);
    let result = match fields {
        Some(Ok(fields)) => handle_form(&context, &fields).await,
        Some(Err(error)) => Err(error),
        None => {
            let request = opened(context.parameter("request"), &incoming, &tenant);
            proceed::proceed(&context, &request, Place::Question).await
        }
    };
    result.unwrap_or_else(|error| context.error_page(&error))
}

/// Checks that the form is of a page of this service (CSRF), and reads it.
async fn read_form(incoming: &mut IncomingRequest) -> Result<FormFields, Error> {
    csrf::check_same_origin(incoming)?;
    FormFields::read(incoming).await
}

async fn handle_form(context: &SignOutContext<'_>, fields: &FormFields) -> Result<Response, Error> {
    let sealed = fields.value("request").to_owned();
    let request = opened(Some(sealed), context.incoming, context.tenant);
    let browser = BrowserAccounts::load(context).await?;
    let chosen = fields.value("account");
    let is_chosen = |session: &Session| chosen == ALL || session.id.to_string() == chosen;
    let sessions = browser.accounts.iter().map(|account| &account.session);
    let ended: Vec<Session> = sessions.filter(|it| is_chosen(it)).cloned().collect();
    if ended.is_empty() {
        // The account is not signed in any more: the page shows which ones are.
        return proceed::lead_to_question(context, &request);
    }
    let inputs = proceed::inputs(context, &request, &browser).await?;
    let target = match decide(&request, &inputs, &context.tenant.row)? {
        Verdict::End { target, .. } | Verdict::Ask { target } | Verdict::SignedOut { target } => {
            target
        }
    };
    Ok(proceed::end(context, browser, ended, (target, &request)).await?)
}

fn opened(
    sealed: Option<String>,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
) -> EndSessionRequest {
    let now = incoming.context.now();
    sealed.map_or_else(EndSessionRequest::default, |it| sealed::open_request(&it, tenant, now))
}
