//! Advances a sign-in flow until a step needs a page, or until the flow ends with a response.

use axum::response::Response;
use model::{Fault, FaultKind, SessionId};
use protocol::authorize::{AuthenticatedUser, ConsentProof, ConsentRequired, issue_code};
use signin::flow::{self, Account, ConsentStatus, Requirements, Step};

use crate::sign_in::{
    flow_context::{BrowserAccount, FlowContext, FlowError},
    page, response,
};

/// Advances the flow with the current sessions and progress.
pub(super) async fn advance(mut flow_context: FlowContext<'_>) -> Result<Response, FlowError> {
    let browser_accounts = flow_context.accounts().await?;
    let accounts: Vec<Account> = browser_accounts.iter().map(|it| it.account.clone()).collect();
    let requirements = flow_context.requirements().await?;
    match flow::select_session(&requirements, &accounts, &flow_context.flow.progress) {
        Ok(session) => continue_as(flow_context, session, &requirements, &browser_accounts).await,
        Err(step) => show_step(flow_context, step, &browser_accounts),
    }
}

async fn continue_as(
    mut flow_context: FlowContext<'_>,
    session: SessionId,
    requirements: &Requirements,
    accounts: &[BrowserAccount],
) -> Result<Response, FlowError> {
    // The next page is about this account, even if another one signs in meanwhile.
    flow_context.flow.progress.session = Some(session);
    let account = accounts.iter().find(|it| it.account.session == session);
    let user = account.and_then(|account| account.user.as_ref()).ok_or_else(session_missing)?;
    flow_context.request_context().annotate(|annotations| annotations.user = Some(user.user().id));
    let consent = check_consent(&flow_context, user).await?;
    let consent_status = match &consent {
        Ok(_) => ConsentStatus::Granted,
        Err(ConsentRequired::Ask(missing)) => ConsentStatus::Required {
            client: flow_context.client.name.clone(),
            scopes: [&missing.openid_scopes[..], &missing.scopes].concat().join(" "),
        },
        Err(ConsentRequired::AdministratorOnly(refusal)) => ConsentStatus::Refused(refusal.clone()),
    };
    let step = flow::next_step(session, requirements, consent_status, &flow_context.flow.progress);
    match (step, consent) {
        (Step::Done(_), Ok(proof)) => {
            let rule_context = flow_context.rule_context();
            let issued = issue_code(&flow_context.flow.request, user, proof, &rule_context)?;
            flow_context
                .request_context()
                .annotate(|annotations| annotations.grant = Some(issued.grant));
            Ok(response::deliver(flow_context, issued.response)?)
        }
        (Step::Consent(_), Err(ConsentRequired::Ask(missing))) => {
            Ok(page::consent(flow_context, user.user(), &missing)?)
        }
        (step, _) => show_step(flow_context, step, accounts),
    }
}

/// Compares the requested scopes with the user's stored consents.
pub(super) async fn check_consent(
    flow_context: &FlowContext<'_>,
    user: &AuthenticatedUser,
) -> Result<Result<ConsentProof, ConsentRequired>, Fault> {
    let (tenant, user) = (flow_context.tenant.id(), user.user().id);
    let consents =
        flow_context.incoming.service.store.consents(tenant, user, &flow_context.client.id).await?;
    Ok(ConsentProof::check(
        &flow_context.flow.request,
        (&flow_context.client, &flow_context.resources),
        &consents,
        flow_context.flow.progress.consented,
    ))
}

fn show_step(
    mut flow_context: FlowContext<'_>,
    step: Step,
    accounts: &[BrowserAccount],
) -> Result<Response, FlowError> {
    match step {
        Step::SignIn { username } => {
            if flow_context.flow.progress.signed_in {
                flow_context.cookies.push(flow_context.flow.clear_cookie(flow_context.tenant)?);
                flow_context.flow.restart(&flow_context.rule_context());
            }
            Ok(page::sign_in(flow_context, username.as_deref(), None)?)
        }
        Step::ChooseAccount => Ok(page::choose_account(flow_context, accounts)?),
        Step::StaySignedIn(session) => {
            let account = accounts.iter().find(|it| it.account.session == session);
            let account = account.ok_or_else(session_missing)?;
            Ok(page::stay_signed_in(flow_context, &account.account.username)?)
        }
        Step::Refuse(refusal) => Err(flow_context.refuse(refusal)),
        Step::Consent(_) | Step::Done(_) => Err(session_missing().into()),
    }
}

fn session_missing() -> Fault {
    Fault::from_message(FaultKind::Internal, "the sign-in flow has no such session")
}
