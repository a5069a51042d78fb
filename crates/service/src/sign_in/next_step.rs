//! Decides the next step of a sign-in flow from its request, sessions and progress.

use std::sync::Arc;

use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Authenticators, Fault, FaultKind, SessionId, Terms, User};
use protocol::authorize::{
    AuthenticatedUser, ConsentProof, ConsentRequired, IssuedCode, MissingConsent,
};
use signin::{
    factor::totp::TotpSecret,
    flow::{self, Account, ConsentStatus, Requirements, Step},
};

use crate::{
    authenticators::FRESH,
    sign_in::{
        browser_accounts::BrowserAccount,
        flow as sign_in_flow,
        flow_context::FlowContext,
        form_problem::FormProblem,
        passkey_prompt, reset_account,
        reset_state::{ProvenReset, RequestedMail, Reset},
        second_step::SecondStep,
        sign_up_account::{self, NewAccount, SignUpStep},
        sign_up_state::RequestedCode,
    },
};

/// The next step of a flow, with the data of its page or response.
pub(super) enum NextStep {
    /// The user signs in.
    SignIn { username: Option<String> },
    /// The user asks for a mail that resets the password.
    ResetUsername,
    /// The user types the code of a mail, if one was sent.
    ResetCode(RequestedMail),
    /// The user chooses a new password.
    NewPassword { user: Arc<User>, proven: ProvenReset, minimum_length: u16 },
    /// The user gives an e-mail address for a new account.
    SignUpAddress { address: String },
    /// The user types the code that was sent to the address.
    SignUpCode(RequestedCode),
    /// The user completes the new account.
    CreateAccount(Box<NewAccount>),
    /// The user accepts new terms of use.
    AcceptTerms { user: Box<AuthenticatedUser>, terms: Terms },
    /// The user gives a second factor.
    SecondFactor(Box<SecondStep>),
    /// The user sets an authenticator app up, which is then the second factor.
    SetUpAuthenticatorApp(Box<SecondStep>, TotpSecret),
    /// The user chooses one of the accounts.
    ChooseAccount(Vec<BrowserAccount>),
    /// The user answers whether to stay signed in.
    StaySignedIn { session: SessionId, username: String },
    /// The user of a session that expires with a temporary access pass learns how to go on.
    AfterAccessPass { user: Box<AuthenticatedUser> },
    /// The user consents or refuses.
    Consent { user: Box<AuthenticatedUser>, missing: MissingConsent },
    /// The user confirms to go on to the client.
    Confirm { user: Box<AuthenticatedUser> },
    /// The client gets a code.
    Done(Box<IssuedCode>),
    /// The client gets a refusal.
    Refuse(Refusal),
}

impl NextStep {
    /// Returns the text by which a form names the step that its page was shown for: the kind of
    /// page, and what it asked of whom. A form of another step changes nothing.
    pub(super) fn name(&self) -> String {
        match self {
            Self::SignIn { .. } => "sign_in".to_owned(),
            Self::ResetUsername => "reset_username".to_owned(),
            Self::ResetCode(requested) => reset_code_step(requested),
            Self::NewPassword { user, .. } => format!("new_password.{}", user.id),
            Self::SignUpAddress { .. } => "sign_up".to_owned(),
            Self::SignUpCode(requested) => requested.step(),
            Self::CreateAccount(account) => format!("create_account.{}", account.id()),
            Self::AcceptTerms { user, terms } => {
                asked("terms", user.session().id, std::slice::from_ref(&terms.version))
            }
            Self::SecondFactor(step) => format!("second_factor.{}", step.user.id),
            Self::SetUpAuthenticatorApp(step, _) => format!("authenticator_app.{}", step.user.id),
            Self::ChooseAccount(_) => "account".to_owned(),
            Self::StaySignedIn { session, .. } => asked("stay_signed_in", *session, &[]),
            Self::AfterAccessPass { user } => asked("after_access_pass", user.session().id, &[]),
            Self::Consent { user, missing } => {
                let scopes = [&missing.openid_scopes[..], &missing.scopes].concat();
                asked("consent", user.session().id, &scopes)
            }
            Self::Confirm { user } => asked("confirm", user.session().id, &[]),
            Self::Done(_) | Self::Refuse(_) => String::new(),
        }
    }
}

/// Returns the name of the step that asks for the code of a mail.
pub(super) fn reset_code_step(requested: &RequestedMail) -> String {
    let digest = digest::base64url(digest::sha256(&requested.challenge));
    format!("reset_code.{}", digest.get(..16).unwrap_or_default())
}

fn asked(page: &str, session: SessionId, scopes: &[String]) -> String {
    let asked = format!("{session} {}", scopes.join(" "));
    let digest = digest::base64url(digest::sha256(asked.as_bytes()));
    format!("{page}.{}", digest.get(..16).unwrap_or_default())
}

/// Decides the next step with the current sessions and progress.
pub(super) async fn next_step(flow_context: &mut FlowContext<'_>) -> Result<NextStep, Fault> {
    if let Some(step) = reset_step(flow_context).await? {
        return Ok(step);
    }
    if let Some(step) = sign_up_account::step(flow_context).await? {
        return Ok(sign_up_step(step));
    }
    if let Some(step) = SecondStep::after_first_factor(flow_context).await? {
        return Ok(second_step(step, flow_context));
    }
    let browser_accounts = flow_context.accounts().await?;
    let accounts: Vec<Account> = browser_accounts.iter().map(|it| it.account.clone()).collect();
    let requirements = flow_context.requirements().await?;
    match flow::select_session(&requirements, &accounts, &flow_context.flow.progress) {
        Ok(session) => continue_as(flow_context, session, &requirements, &browser_accounts).await,
        Err(Step::SignIn { username }) => Ok(NextStep::SignIn { username }),
        Err(Step::SecondFactor(session)) => {
            match SecondStep::of_session(flow_context, session).await? {
                Some(step) => Ok(second_step(step, flow_context)),
                None => Ok(NextStep::SignIn { username: None }),
            }
        }
        Err(Step::ChooseAccount) => Ok(NextStep::ChooseAccount(browser_accounts)),
        Err(Step::Refuse(refusal)) => Ok(NextStep::Refuse(refusal)),
        Err(
            Step::StaySignedIn(_)
            | Step::AfterAccessPass(_)
            | Step::Consent(_)
            | Step::Confirm(_)
            | Step::Done(_),
        ) => Err(session_missing()),
    }
}

/// Returns the step of a password reset, if there is one. A proof whose password was replaced since
/// leads back to the sign-in.
async fn reset_step(flow_context: &mut FlowContext<'_>) -> Result<Option<NextStep>, Fault> {
    let proven = match reset_account::progress(flow_context) {
        None | Some(Reset::Expired) => return Ok(None),
        Some(Reset::Begun) => return Ok(Some(NextStep::ResetUsername)),
        Some(Reset::Requested(requested)) => return Ok(Some(NextStep::ResetCode(requested))),
        Some(Reset::Proven(proven)) => proven,
    };
    let now = flow_context.rule_context().now;
    let policy = flow_context.tenant.row.password_reset;
    let current = reset_account::proven_user(flow_context.store(), &proven, policy, now).await?;
    if let Some((user, _)) = current {
        let stored = flow_context.store().authenticators(user.id).await?;
        let tenant = &flow_context.tenant.row;
        let minimum_length = tenant.password_minimum_length_of(stored.as_ref());
        return Ok(Some(NextStep::NewPassword { user, proven, minimum_length }));
    }
    let refusal = refusal::password_set_meanwhile();
    let problem = FormProblem::new(&refusal, flow_context.request_context());
    (flow_context.flow.reset, flow_context.flow.problem) = (None, Some(problem));
    Ok(None)
}

fn sign_up_step(step: SignUpStep) -> NextStep {
    match step {
        SignUpStep::Address(address) => NextStep::SignUpAddress { address },
        SignUpStep::Code(requested) => NextStep::SignUpCode(requested),
        SignUpStep::Account(account) => NextStep::CreateAccount(account),
        SignUpStep::WithoutMail => NextStep::Refuse(refusal::sign_up_without_mail()),
    }
}

/// Returns the step that asks a user for the terms of use, if the tenant has some that they have
/// not accepted.
fn terms_step(flow_context: &FlowContext<'_>, user: &AuthenticatedUser) -> Option<NextStep> {
    let terms = flow_context.tenant.row.sign_up.terms.as_ref()?;
    if terms.are_accepted(user.user().accepted_terms.as_ref()) {
        return None;
    }
    if flow_context.request.prompt.none {
        let client = &flow_context.request.client().name;
        return Some(NextStep::Refuse(refusal::terms_required(client, &terms.version)));
    }
    Some(NextStep::AcceptTerms { user: Box::new(user.clone()), terms: terms.clone() })
}

/// Returns the page of the step: it asks for the second factor, or sets one up.
fn second_step(step: SecondStep, flow_context: &mut FlowContext<'_>) -> NextStep {
    let user = step.user.id;
    flow_context.request_context().annotate(|annotations| annotations.user = Some(user));
    let has_passkey = step.stored.as_ref().is_some_and(|stored| !stored.passkeys.is_empty());
    let can_use_passkey = has_passkey && passkey_prompt::is_possible(flow_context);
    if step.is_passkey_required(flow_context) && !can_use_passkey {
        let client = &flow_context.request.client().name;
        return NextStep::Refuse(refusal::passkey_required(client));
    }
    if step.stored.as_ref().is_some_and(Authenticators::has_second_factor) {
        return NextStep::SecondFactor(Box::new(step));
    }
    let now = flow_context.rule_context().now;
    if step.replaced.is_some() && now > step.auth_time + FRESH {
        // An old session must not give its user's account to another person at the browser.
        flow_context.flow.progress.other_account = true;
        return NextStep::SignIn { username: Some(step.user.username.clone()) };
    }
    let seed = flow_context.rule_context().seed;
    let secret = flow_context.flow.new_secret(step.user.id, &seed);
    NextStep::SetUpAuthenticatorApp(Box::new(step), secret)
}

async fn continue_as(
    flow_context: &mut FlowContext<'_>,
    session: SessionId,
    requirements: &Requirements,
    accounts: &[BrowserAccount],
) -> Result<NextStep, Fault> {
    // The next page is about this account, even if another one signs in meanwhile.
    flow_context.flow.progress.session = Some(session);
    flow_context.record_use(session)?;
    let account = accounts.iter().find(|it| it.account.session == session);
    let user = account.and_then(|account| account.user.as_ref()).ok_or_else(session_missing)?;
    flow_context.request_context().annotate(|annotations| annotations.user = Some(user.user().id));
    if let Some(step) = terms_step(flow_context, user) {
        return Ok(step);
    }
    let consent = check_consent(flow_context, user).await?;
    let consent_status = match &consent {
        Ok(_) => ConsentStatus::Granted,
        Err(ConsentRequired::Ask(missing)) => ConsentStatus::Required {
            client: flow_context.request.client().name.clone(),
            scopes: [&missing.openid_scopes[..], &missing.scopes].concat().join(" "),
        },
        Err(ConsentRequired::AdministratorOnly(refusal)) => ConsentStatus::Refused(refusal.clone()),
    };
    let step = flow::next_step(session, requirements, consent_status, &flow_context.flow.progress);
    match (step, consent) {
        (Step::Done(_), Ok(proof)) => {
            let origin = sign_in_flow::grant_origin(flow_context.flow.id(), flow_context.store());
            let issued = proof.issue_code(origin, &flow_context.rule_context())?;
            Ok(NextStep::Done(Box::new(issued)))
        }
        (Step::Consent(_), Err(ConsentRequired::Ask(missing))) => {
            Ok(NextStep::Consent { user: Box::new(user.clone()), missing })
        }
        (Step::Confirm(_), _) => Ok(NextStep::Confirm { user: Box::new(user.clone()) }),
        (Step::AfterAccessPass(_), _) => {
            Ok(NextStep::AfterAccessPass { user: Box::new(user.clone()) })
        }
        (Step::StaySignedIn(session), _) => {
            Ok(NextStep::StaySignedIn { session, username: user.user().username.clone() })
        }
        (Step::Refuse(refusal), _) => Ok(NextStep::Refuse(refusal)),
        _ => Err(session_missing()),
    }
}

/// Compares the requested scopes with the user's stored consents.
pub(super) async fn check_consent<'a>(
    flow_context: &'a FlowContext<'_>,
    user: &'a AuthenticatedUser,
) -> Result<Result<ConsentProof<'a>, ConsentRequired>, Fault> {
    let client = flow_context.request.client();
    // If an administrator consented for all users, no rule reads those of the user.
    let consents = if client.admin_consent {
        Vec::new()
    } else {
        flow_context.store().consents(user.user().id, &client.id).await?
    };
    Ok(ConsentProof::check(
        &flow_context.request,
        user,
        &flow_context.resources,
        &consents,
        flow_context.flow.progress.consented,
    ))
}

fn session_missing() -> Fault {
    Fault::from_message(FaultKind::Internal, "the sign-in flow has no such session")
}
