//! The form of the page on which a new user, whose address is proven, gives name and password.

use std::sync::Arc;

use axum::response::Response;
use catalogue::refusal;
use model::username_key;
use protocol::Error;
use signin::sign_up::{SignUpDetails, TEXT_CHARACTERS_MAX};

use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest},
    sign_in::{
        account_creation::AccountCreation,
        advance, after_password,
        counted_sender::CountedSender,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        password::SignedIn,
        sign_up_account::NewAccount,
        sign_up_state::{ProvenAddress, SignUp, TypedDetails},
    },
};

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let NextStep::CreateAccount(account) = &step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    let typed = typed(&flow_context, &fields);
    let proven = ProvenAddress { proof: account.proof(), typed: shown(&typed) };
    flow_context.flow.sign_up = Some(SignUp::Proven(proven));
    match create(&flow_context, account, (typed, &fields)).await {
        Ok(signed_in) => {
            flow_context.flow.sign_up = Some(SignUp::Left);
            flow_context.flow.set_username(&signed_in.user.username);
            let user = signed_in.user.id;
            flow_context.request_context().annotate(|annotations| annotations.user = Some(user));
            let device_cookie = flow_context.device_cookie();
            // A session must not be older than the user.
            let at = flow_context.rule_context().now.max(signed_in.user.generation());
            after_password::continue_with(flow_context, signed_in, (device_cookie, false), at).await
        }
        Err(Error::Refused(refusal)) => StepForm { flow_context, step, fields }.refuse(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Checks what was typed, and creates the account.
async fn create(
    flow_context: &FlowContext<'_>,
    account: &NewAccount,
    (typed, fields): (SignUpDetails, &FormFields),
) -> Result<SignedIn, Error> {
    typed.check()?;
    let terms = flow_context.tenant.row.sign_up.terms.as_ref().map(|terms| terms.version.clone());
    if terms.as_ref().is_some_and(|version| fields.value("terms") != version) {
        return Err(refusal::terms_not_accepted().into());
    }
    let service = &flow_context.incoming.service;
    let key = (flow_context.tenant.id(), username_key(account.username()));
    let sender = CountedSender::new(key, None, flow_context.request_context());
    let slot = service.limits.password_slot(sender.applicant()).await?;
    let creation = AccountCreation {
        service: Arc::clone(service),
        store: service.shared_store_of(flow_context.tenant),
        tenant: flow_context.tenant.row.clone(),
        proof: account.proof(),
        details: typed,
        terms,
        typed: ["new_password", "repeated_password"].map(|name| fields.value(name).to_owned()),
        seed: flow_context.rule_context().seed,
    };
    let (user, factor) = creation.run(slot).await?;
    let user = Arc::new(user);
    Ok(SignedIn { user, factor, changes: Vec::new(), pass: None, must_replace: None })
}

/// Returns the name and the attributes that the tenant asks for, as they were typed.
fn typed(flow_context: &FlowContext<'_>, fields: &FormFields) -> SignUpDetails {
    let attributes = flow_context.tenant.row.sign_up.attributes.iter();
    let value = |name| fields.value(name).to_owned();
    SignUpDetails {
        name: value("name"),
        attributes: attributes.map(|it| (*it, value(it.name()))).collect(),
    }
}

/// Returns what the page shows again: no more than the cookie of the flow can keep.
fn shown(typed: &SignUpDetails) -> TypedDetails {
    let shown = |text: &String| {
        let characters = text.chars().filter(|character| !character.is_control());
        characters.take(TEXT_CHARACTERS_MAX).collect()
    };
    TypedDetails {
        name: shown(&typed.name),
        attributes: typed.attributes.iter().map(|(it, text)| (*it, shown(text))).collect(),
    }
}
