//! The form of the page on which a user chooses a new password, after they gave the code of a mail.

use std::sync::Arc;

use axum::response::Response;
use jose::digest;
use model::{Change, Fault, User, UserNotice, UserNoticeKind, username_key};
use protocol::Error;
use signin::lockout::Counter;

use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest, mail_origin},
    sign_in::{
        advance, after_password,
        counted_sender::CountedSender,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        password::SignedIn,
        password_replacement::PasswordReplacement,
        reset_state::{ProvenReset, Reset},
    },
    user_mail,
};

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let NextStep::NewPassword { user, proven, .. } = &step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    let end_sessions = fields.value("end_sessions") == "yes";
    let proven = ProvenReset { end_sessions, ..proven.clone() };
    flow_context.flow.reset = Some(Reset::Proven(proven.clone()));
    flow_context.request_context().annotate(|annotations| annotations.user = Some(user.id));
    match set(&flow_context, (user, &proven), &fields).await {
        Ok(signed_in) => {
            flow_context.flow.reset = None;
            let device_cookie = flow_context.device_cookie();
            // A session must not be older than the revocation that came with the password.
            let at = flow_context.rule_context().now.max(signed_in.user.tokens_not_before);
            // The second factor is asked for as in a new browser: what a mail proves is less.
            after_password::continue_with(flow_context, signed_in, (device_cookie, false), at).await
        }
        Err(Error::Refused(refusal)) => StepForm { flow_context, step, fields }.refuse(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Checks the password, stores it, and tells the user by mail.
async fn set(
    flow_context: &FlowContext<'_>,
    (user, proven): (&Arc<User>, &ProvenReset),
    fields: &FormFields,
) -> Result<SignedIn, Error> {
    let service = &flow_context.incoming.service;
    let sender = sender(flow_context, user);
    let slot = service.limits.password_slot(sender.applicant()).await?;
    let replacement = PasswordReplacement {
        service: Arc::clone(service),
        store: service.shared_store_of(flow_context.tenant),
        user: Arc::clone(user),
        tenant: flow_context.tenant.row.clone(),
        proven: proven.clone(),
        typed: ["new_password", "repeated_password"].map(|name| fields.value(name).to_owned()),
        notice: notice(flow_context, user, proven),
        seed: flow_context.rule_context().seed,
    };
    let (user, factor) = replacement.run(slot).await?;
    let changes = counters(flow_context, &user, &sender).await?;
    let user = Arc::new(user);
    Ok(SignedIn { user, factor, pass: None, changes, must_replace: None })
}

/// Returns the sender as a sign-in with the password counts them.
fn sender(flow_context: &FlowContext<'_>, user: &User) -> CountedSender {
    let browser = flow_context.device_cookie().id_for(user).map(|browser| (user.id, browser));
    let account = (flow_context.tenant.id(), username_key(&user.username));
    CountedSender::new(account, browser, flow_context.request_context())
}

/// Returns the notice of the new password.
fn notice(flow_context: &FlowContext<'_>, user: &User, proven: &ProvenReset) -> UserNotice {
    let signed_out = proven.end_sessions;
    UserNotice {
        user: user.id,
        kind: if proven.by_password {
            UserNoticeKind::PasswordReplaced { signed_out }
        } else {
            UserNoticeKind::PasswordReset { signed_out }
        },
        origin: mail_origin::origin_of(flow_context.incoming),
        username: None,
        language: user_mail::language_of(user, flow_context.language()).tag().to_owned(),
    }
}

/// Returns the changes that reset the counters of failed passwords: what the right password resets,
/// and the count of the user name, whose guesses were for the replaced password.
async fn counters(
    flow_context: &FlowContext<'_>,
    user: &User,
    sender: &CountedSender,
) -> Result<Vec<Change>, Fault> {
    let (service, store) = (&flow_context.incoming.service, flow_context.store());
    let attempt = sender.read(store, &service.limits).await?;
    let mut changes = sender.succeed(&attempt, &service.limits, (user.id, &*service.metrics));
    let key = digest::sha256(&Counter::Account(username_key(&user.username)).label());
    let tenant = store.tenant();
    service.metrics.locks.cleared(tenant, key);
    changes.push(Change::ClearFailedSignIns { tenant, key });
    Ok(changes)
}
