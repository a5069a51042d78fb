//! The gallery: every example page, rendered, for the tests and for review.

use catalogue::Language;

use crate::account::{
    AccountActivity, AccountApps, AccountConfirm, AccountData, AccountDeleted, AccountEmail,
    AccountEmailCode, AccountProfile, AccountSessions, ActivityReported, ChangePassword,
    DeleteAccount,
};
use crate::sample::Page;
use crate::{
    AcceptTerms, AccountOverview, AddAuthenticatorApp, AddPasskey, AdminChanges, AdminNodes,
    AdminRefusals, AdminRequest, AdminRequests, AdminRevoke, AdminSignIn, AdminTicket,
    AdminTickets, AfterAccessPass, ChooseAccount, ChooseNewPassword, ConfirmAddress, Consent,
    ContinueTo, CreateAccount, DemoApp, DevMailbox, DevStart, ErrorDetail, ErrorIndex, ErrorPage,
    FlowStatus, FormPost, InvitationPage, NewRecoveryCodes, NotFound, Report, ReportConfirmation,
    ResetCode, ResetLink, ResetPassword, SecondFactor, SetUpAuthenticatorApp, SignIn, SignOut,
    SignUp, SignUpCode, SignedOut, StaySignedIn, template,
};

/// One example page, rendered.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The page and its state, such as `sign_in-failed`.
    pub name: String,
    /// Its HTML.
    pub html: String,
}

/// Renders every page in every state in one language. The error names the failed template.
pub fn samples(language: Language) -> Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    add::<SignIn>(language, &mut samples)?;
    add::<SecondFactor>(language, &mut samples)?;
    add::<SetUpAuthenticatorApp>(language, &mut samples)?;
    add::<NewRecoveryCodes>(language, &mut samples)?;
    add::<ResetPassword>(language, &mut samples)?;
    add::<ResetCode>(language, &mut samples)?;
    add::<ResetLink>(language, &mut samples)?;
    add::<ChooseNewPassword>(language, &mut samples)?;
    add::<SignUp>(language, &mut samples)?;
    add::<SignUpCode>(language, &mut samples)?;
    add::<CreateAccount>(language, &mut samples)?;
    add::<AcceptTerms>(language, &mut samples)?;
    add::<InvitationPage>(language, &mut samples)?;
    add::<StaySignedIn>(language, &mut samples)?;
    add::<AfterAccessPass>(language, &mut samples)?;
    add::<ContinueTo>(language, &mut samples)?;
    add::<ChooseAccount>(language, &mut samples)?;
    add::<Consent>(language, &mut samples)?;
    add::<FlowStatus>(language, &mut samples)?;
    add::<SignOut>(language, &mut samples)?;
    add::<SignedOut>(language, &mut samples)?;
    add::<ErrorPage>(language, &mut samples)?;
    add::<ErrorDetail>(language, &mut samples)?;
    add::<ErrorIndex>(language, &mut samples)?;
    add::<FormPost>(language, &mut samples)?;
    add::<NotFound>(language, &mut samples)?;
    add::<DevStart>(language, &mut samples)?;
    add::<DevMailbox>(language, &mut samples)?;
    add::<DemoApp>(language, &mut samples)?;
    add::<AccountOverview>(language, &mut samples)?;
    add::<ChangePassword>(language, &mut samples)?;
    add::<AccountSessions>(language, &mut samples)?;
    add::<AccountApps>(language, &mut samples)?;
    add::<AccountActivity>(language, &mut samples)?;
    add::<AccountData>(language, &mut samples)?;
    add::<AccountProfile>(language, &mut samples)?;
    add::<AccountEmail>(language, &mut samples)?;
    add::<AccountEmailCode>(language, &mut samples)?;
    add::<DeleteAccount>(language, &mut samples)?;
    add::<AccountDeleted>(language, &mut samples)?;
    add::<ActivityReported>(language, &mut samples)?;
    add::<AccountConfirm>(language, &mut samples)?;
    add::<AddPasskey>(language, &mut samples)?;
    add::<AddAuthenticatorApp>(language, &mut samples)?;
    add::<AdminSignIn>(language, &mut samples)?;
    add::<AdminTicket>(language, &mut samples)?;
    add::<AdminTickets>(language, &mut samples)?;
    add::<AdminRequests>(language, &mut samples)?;
    add::<AdminRequest>(language, &mut samples)?;
    add::<AdminRefusals>(language, &mut samples)?;
    add::<AdminChanges>(language, &mut samples)?;
    add::<AdminNodes>(language, &mut samples)?;
    add::<AdminRevoke>(language, &mut samples)?;
    add::<Report>(language, &mut samples)?;
    add::<ReportConfirmation>(language, &mut samples)?;
    add::<ConfirmAddress>(language, &mut samples)?;
    Ok(samples)
}

/// Renders every page with a hostile text in all its fields.
#[cfg(test)]
pub(crate) fn hostile(language: Language, text: &str) -> Result<Vec<Sample>, String> {
    Ok(vec![
        rendered("sign_in", &SignIn::hostile(text), language)?,
        rendered("second_factor", &SecondFactor::hostile(text), language)?,
        rendered("set_up_authenticator_app", &SetUpAuthenticatorApp::hostile(text), language)?,
        rendered("recovery_codes", &NewRecoveryCodes::hostile(text), language)?,
        rendered("reset_password", &ResetPassword::hostile(text), language)?,
        rendered("reset_code", &ResetCode::hostile(text), language)?,
        rendered("reset_link", &ResetLink::hostile(text), language)?,
        rendered("new_password", &ChooseNewPassword::hostile(text), language)?,
        rendered("after_access_pass", &AfterAccessPass::hostile(text), language)?,
        rendered("sign_up", &SignUp::hostile(text), language)?,
        rendered("sign_up_code", &SignUpCode::hostile(text), language)?,
        rendered("create_account", &CreateAccount::hostile(text), language)?,
        rendered("accept_terms", &AcceptTerms::hostile(text), language)?,
        rendered("invitation", &InvitationPage::hostile(text), language)?,
        rendered("stay_signed_in", &StaySignedIn::hostile(text), language)?,
        rendered("continue_to", &ContinueTo::hostile(text), language)?,
        rendered("choose_account", &ChooseAccount::hostile(text), language)?,
        rendered("consent", &Consent::hostile(text), language)?,
        rendered("flow_status", &FlowStatus::hostile(text), language)?,
        rendered("sign_out", &SignOut::hostile(text), language)?,
        rendered("signed_out", &SignedOut::hostile(text), language)?,
        rendered("error", &ErrorPage::hostile(text), language)?,
        rendered("error_detail", &ErrorDetail::hostile(text), language)?,
        rendered("error_index", &ErrorIndex::hostile(text), language)?,
        rendered("form_post", &FormPost::hostile(text), language)?,
        rendered("not_found", &NotFound::hostile(text), language)?,
        rendered("dev_start", &DevStart::hostile(text), language)?,
        rendered("dev_mailbox", &DevMailbox::hostile(text), language)?,
        rendered("demo_app", &DemoApp::hostile(text), language)?,
        rendered("account_overview", &AccountOverview::hostile(text), language)?,
        rendered("account_password", &ChangePassword::hostile(text), language)?,
        rendered("account_sessions", &AccountSessions::hostile(text), language)?,
        rendered("account_apps", &AccountApps::hostile(text), language)?,
        rendered("account_activity", &AccountActivity::hostile(text), language)?,
        rendered("account_data", &AccountData::hostile(text), language)?,
        rendered("account_profile", &AccountProfile::hostile(text), language)?,
        rendered("account_email", &AccountEmail::hostile(text), language)?,
        rendered("account_email_code", &AccountEmailCode::hostile(text), language)?,
        rendered("account_delete", &DeleteAccount::hostile(text), language)?,
        rendered("account_deleted", &AccountDeleted::hostile(text), language)?,
        rendered("account_reported", &ActivityReported::hostile(text), language)?,
        rendered("account_confirm", &AccountConfirm::hostile(text), language)?,
        rendered("account_add_passkey", &AddPasskey::hostile(text), language)?,
        rendered("account_add_app", &AddAuthenticatorApp::hostile(text), language)?,
        rendered("admin_sign_in", &AdminSignIn::hostile(text), language)?,
        rendered("admin_ticket", &AdminTicket::hostile(text), language)?,
        rendered("admin_tickets", &AdminTickets::hostile(text), language)?,
        rendered("admin_requests", &AdminRequests::hostile(text), language)?,
        rendered("admin_request", &AdminRequest::hostile(text), language)?,
        rendered("admin_refusals", &AdminRefusals::hostile(text), language)?,
        rendered("admin_changes", &AdminChanges::hostile(text), language)?,
        rendered("admin_nodes", &AdminNodes::hostile(text), language)?,
        rendered("admin_revoke", &AdminRevoke::hostile(text), language)?,
        rendered("report", &Report::hostile(text), language)?,
        rendered("report_confirmation", &ReportConfirmation::hostile(text), language)?,
        rendered("confirm_address", &ConfirmAddress::hostile(text), language)?,
    ])
}

fn add<P: Page>(language: Language, samples: &mut Vec<Sample>) -> Result<(), String> {
    for (state, page) in P::samples(language) {
        samples.push(rendered(&format!("{}-{state}", P::TEMPLATE), &page, language)?);
    }
    Ok(())
}

fn rendered<P: Page>(name: &str, page: &P, language: Language) -> Result<Sample, String> {
    let html = template::try_render(P::TEMPLATE, language, &page.model(language))
        .map_err(|error| format!("{name} in {}: {error:#}", language.tag()))?;
    Ok(Sample { name: name.to_owned(), html })
}
