//! The form of the page on which a user accepts a new version of the terms of use.

use axum::response::Response;
use catalogue::refusal;
use model::{
    AcceptedTerms, Actor, DirectoryChange, DirectoryOutcome, Fault, FaultKind, StoredRow, Terms,
    User,
};
use protocol::Error;

use crate::{
    http::incoming::IncomingRequest,
    sign_in::{
        advance,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
    },
};

/// Number of times that the change is decided if others change the row of the user meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { flow_context, step, fields } = form;
    let NextStep::AcceptTerms { user, terms } = &step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.value("terms") != terms.version {
        let refusal = refusal::terms_not_accepted();
        return StepForm { flow_context, step, fields }.refuse(refusal);
    }
    store(&flow_context, user.user(), terms).await?;
    advance::continue_after_form(flow_context).await
}

/// Stores that the user accepted the terms.
async fn store(flow_context: &FlowContext<'_>, user: &User, terms: &Terms) -> Result<(), Error> {
    let (service, store) = (&flow_context.incoming.service, flow_context.store());
    for _ in 0..ATTEMPTS_MAX {
        let now = service.now();
        let Some(before) = store.user(user.id).await? else { return Ok(()) };
        let before = User::clone(&before);
        let accepted = AcceptedTerms { version: terms.version.clone(), at: now };
        let after = User { accepted_terms: Some(accepted), ..before.clone() };
        let rows = vec![StoredRow::User(before.tenant, before.id, Some(before))];
        let changes = vec![DirectoryChange::PutUser(after)];
        let mut events = store.events_of(&changes, now).await?;
        if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
            for event in &mut events {
                event.actor = Some(Actor::User { username: user.username.clone() });
            }
            service.record_events(events).await;
            return Ok(());
        }
    }
    let cause = "the row of the user changed during every attempt to accept the terms";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}
