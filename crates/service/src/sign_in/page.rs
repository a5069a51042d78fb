//! Renders the pages of the sign-in flow. Each form names the flow and the step of its page.

use axum::response::Response;
use model::{Fault, FaultKind, ScopeAccess, User};
use pages::{
    Account, AfterAccessPass, ChooseAccount, Consent, ContinueTo, LanguageSwitch, Layout,
    Permission, QrCode, SecondFactor, SetUpAuthenticatorApp, SignIn, StaySignedIn,
};
use protocol::authorize::{AuthenticatedUser, MissingConsent};
use signin::{factor::totp::TotpSecret, flow::SessionFit};

use crate::{
    http::page_layout,
    sign_in::{
        browser_accounts::BrowserAccount,
        flow_context::FlowContext,
        next_step::NextStep,
        page_form::{Form, action, refused, respond, respond_as, step_form, with_status_of},
        passkey_prompt,
        redirect_host::host,
        reset_account, reset_page,
        second_step::SecondStep,
        sign_up_account, sign_up_page,
    },
};

/// Renders the page of a step that has one.
pub(super) async fn show(flow_context: FlowContext<'_>, step: NextStep) -> Result<Response, Fault> {
    let form = Form { flow: flow_context.flow.id().to_string(), step: step.name() };
    match step {
        NextStep::SignIn { username } => sign_in(flow_context, form, username).await,
        NextStep::ResetUsername | NextStep::ResetCode(_) | NextStep::NewPassword { .. } => {
            reset_page::show(flow_context, form, step)
        }
        NextStep::SignUpAddress { .. }
        | NextStep::SignUpCode(_)
        | NextStep::CreateAccount(_)
        | NextStep::AcceptTerms { .. } => sign_up_page::show(flow_context, form, step),
        NextStep::SecondFactor(step) => second_factor(flow_context, form, &step),
        NextStep::SetUpAuthenticatorApp(step, secret) => {
            authenticator_app(flow_context, form, (&step, &secret))
        }
        NextStep::ChooseAccount(accounts) => choose_account(flow_context, form, &accounts),
        NextStep::StaySignedIn { username, .. } => stay_signed_in(flow_context, form, &username),
        NextStep::AfterAccessPass { user } => after_access_pass(flow_context, form, &user),
        NextStep::Consent { user, missing } => consent(flow_context, form, (user.user(), &missing)),
        NextStep::Confirm { user } => confirm(flow_context, form, user.user()),
        NextStep::Done(_) | NextStep::Refuse(_) => {
            Err(Fault::from_message(FaultKind::Internal, "a step without a page"))
        }
    }
}

/// Renders the sign-in page, after a failed attempt with its refusal and the ids of that request.
async fn sign_in(
    mut flow_context: FlowContext<'_>,
    form: Form,
    username: Option<String>,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let username = username.unwrap_or_default();
    let whole_address_hint = expects_address(&flow_context, &username).await;
    let refused = refused(&flow_context);
    let passkey = passkey_prompt::prompt(&mut flow_context, None);
    let kind = passkey_prompt::page_kind(passkey.as_ref());
    let page = SignIn {
        passkey,
        layout: Layout {
            language_switch: LanguageSwitch::in_form(),
            ..flow_context.layout.clone()
        },
        form: step_form(&flow_context, (form, "sign-in"), username, refused.as_ref()),
        whole_address_hint,
        can_reset: reset_account::is_offered(&flow_context),
        can_sign_up: sign_up_account::is_offered(&flow_context),
    };
    let response = respond_as(kind, flow_context, page.render(language), "page:sign_in")?;
    Ok(with_status_of(response, refused.as_ref()))
}

/// Returns whether a typed name is no address, although most user names of the tenant are.
async fn expects_address(flow_context: &FlowContext<'_>, username: &str) -> bool {
    if username.is_empty() || username.contains('@') {
        return false;
    }
    let service = &flow_context.incoming.service;
    let now = flow_context.request_context().now();
    service.username_forms.are_addresses(flow_context.store(), now).await
}

/// Renders the page that asks for a second factor.
fn second_factor(
    mut flow_context: FlowContext<'_>,
    form: Form,
    step: &SecondStep,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let refused = refused(&flow_context);
    let username = step.user.username.clone();
    let accepts_codes = !step.is_passkey_required(&flow_context);
    let passkey = passkey_prompt::prompt(&mut flow_context, step.stored.as_ref());
    let kind = passkey_prompt::page_kind(passkey.as_ref());
    let page = SecondFactor {
        accepts_codes,
        has_app: accepts_codes
            && step.stored.as_ref().is_some_and(|stored| !stored.apps.is_empty()),
        passkey,
        layout: flow_context.layout.clone(),
        form: step_form(&flow_context, (form, "second-factor"), username, refused.as_ref()),
        has_recovery_codes: step
            .stored
            .as_ref()
            .is_some_and(|stored| !stored.recovery_codes.digests.is_empty()),
        has_access_pass: step.stored.as_ref().is_some_and(|stored| stored.access_pass.is_some()),
    };
    let response = respond_as(kind, flow_context, page.render(language), "page:second_factor")?;
    Ok(with_status_of(response, refused.as_ref()))
}

/// Renders the page on which a user sets up an authenticator app.
fn authenticator_app(
    flow_context: FlowContext<'_>,
    form: Form,
    (step, secret): (&SecondStep, &TotpSecret),
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let refused = refused(&flow_context);
    let tenant = flow_context.tenant.row.display_name.in_language(language.tag());
    let username = step.user.username.clone();
    let uri = secret.uri(tenant, &username);
    let zone = page_layout::zone(Some(&flow_context.tenant.row));
    let until = step.postponable_until(&flow_context);
    let page = SetUpAuthenticatorApp {
        postponable_until: until.map(|until| page_layout::page_time(until, &zone)),
        layout: flow_context.layout.clone(),
        form: step_form(&flow_context, (form, "authenticator-app"), username, refused.as_ref()),
        qr_code: QrCode::new(&uri),
        key: secret.key_text(),
    };
    let response = respond(flow_context, page.render(language), "page:authenticator_app")?;
    Ok(with_status_of(response, refused.as_ref()))
}

/// Renders the account choice.
fn choose_account(
    flow_context: FlowContext<'_>,
    form: Form,
    accounts: &[BrowserAccount],
) -> Result<Response, Fault> {
    let account = |account: &BrowserAccount| Account {
        value: account.account.session.to_string(),
        name: account.name.clone(),
        username: account.account.username.clone(),
        signed_in: account.account.session_fit == SessionFit::Usable,
    };
    let page = ChooseAccount {
        layout: flow_context.layout.clone(),
        action: action(&flow_context, "choose-account"),
        flow: form.flow,
        step: form.step,
        app: flow_context.request.client().name_in(flow_context.language().tag()).to_owned(),
        accounts: accounts.iter().map(account).collect(),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:account")
}

/// Renders the page "Stay signed in?".
fn stay_signed_in(
    flow_context: FlowContext<'_>,
    form: Form,
    username: &str,
) -> Result<Response, Fault> {
    let page = StaySignedIn {
        layout: flow_context.layout.clone(),
        action: action(&flow_context, "stay-signed-in"),
        flow: form.flow,
        step: form.step,
        username: username.to_owned(),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:stay_signed_in")
}

/// Renders the page that leads to setting up factors.
fn after_access_pass(
    flow_context: FlowContext<'_>,
    form: Form,
    user: &AuthenticatedUser,
) -> Result<Response, Fault> {
    let tenant = &flow_context.tenant.row;
    let zone = page_layout::zone(Some(tenant));
    let page = AfterAccessPass {
        layout: flow_context.layout.clone(),
        action: action(&flow_context, "after-access-pass"),
        flow: form.flow,
        step: form.step,
        app: flow_context.request.client().name_in(flow_context.language().tag()).to_owned(),
        username: user.user().username.clone(),
        until: page_layout::page_time(user.session().expires_at, &zone),
        account: format!("/{}/account", tenant.name),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:after_access_pass")
}

/// Renders the consent page for the scopes without consent.
fn consent(
    flow_context: FlowContext<'_>,
    form: Form,
    (user, missing): (&User, &MissingConsent),
) -> Result<Response, Fault> {
    let (request, language) = (&flow_context.request, flow_context.language());
    let resource =
        flow_context.resources.iter().find(|known| known.identifier == request.scopes.resource);
    let permission = |scope: &String| Permission {
        resource: resource
            .map(|resource| resource.name.in_language_or(language.tag(), &resource.identifier))
            .unwrap_or_default()
            .to_owned(),
        description: resource
            .and_then(|resource| resource.scope(scope))
            .map_or(scope.as_str(), |known| known.description.in_language_or(language.tag(), scope))
            .to_owned(),
        scope: scope.clone(),
        is_change: resource
            .and_then(|resource| resource.scope(scope)?.access)
            .map(|access| access == ScopeAccess::Write),
    };
    let page = Consent {
        layout: flow_context.layout.clone(),
        action: action(&flow_context, "consent"),
        flow: form.flow,
        step: form.step,
        app: flow_context.request.client().name_in(flow_context.language().tag()).to_owned(),
        publisher: flow_context.request.client().publisher.clone(),
        username: user.username.clone(),
        basic_scopes: missing.openid_scopes.clone(),
        permissions: missing.scopes.iter().map(permission).collect(),
        redirect_host: host(request.redirect_target.uri()).to_owned(),
    };
    respond(flow_context, page.render(language), "page:consent")
}

/// Renders the page "Continue as … to …?".
fn confirm(flow_context: FlowContext<'_>, form: Form, user: &User) -> Result<Response, Fault> {
    let page = ContinueTo {
        layout: flow_context.layout.clone(),
        action: action(&flow_context, "continue"),
        flow: form.flow,
        step: form.step,
        app: flow_context.request.client().name_in(flow_context.language().tag()).to_owned(),
        name: user.name.clone(),
        username: user.username.clone(),
        redirect_host: host(flow_context.request.redirect_target.uri()).to_owned(),
    };
    let html = page.render(flow_context.language());
    respond(flow_context, html, "page:continue")
}
