//! Decides the next step of a sign-in flow.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{SessionId, UserId, username_key};
use serde::{Deserialize, Serialize};

/// The requirements of the authorization request.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// No page may be shown (`prompt=none`).
    pub prompt_none: bool,
    /// The user must authenticate again (`prompt=login`).
    pub reauthenticate: bool,
    /// The user must choose an account (`prompt=select_account`).
    pub select_account: bool,
    /// The user must act in this flow before the client gets a code: the owner of the redirect URI
    /// is not known. Contains the name of the client.
    pub confirm_for: Option<String>,
    /// The user whom the client expects.
    pub hint: Option<Hint>,
}

/// The user whom the client expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The user with this user name (`login_hint`).
    Username(String),
    /// The user of an earlier session (`sid`); `None` if that session is unknown, so that no
    /// account matches.
    User(Option<UserId>),
}

/// An account with a session in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// The user name.
    pub username: String,
    /// Whether the session satisfies the request.
    pub session_fit: SessionFit,
}

/// Whether a session satisfies a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionFit {
    /// The session satisfies the request.
    Usable,
    /// The user has to authenticate again.
    TooOld,
    /// The user has to give a second factor.
    TooWeak,
    /// The user has to give a second factor, and must set one up for it.
    NoSecondFactor,
    /// The request requires another user.
    OtherUser,
    /// The session was revoked. Only requests with `prompt=none` distinguish this, because they
    /// show no page.
    Revoked,
}

impl SessionFit {
    /// Returns whether a second factor is all that the session lacks.
    const fn lacks_second_factor(self) -> bool {
        matches!(self, Self::TooWeak | Self::NoSecondFactor)
    }
}

/// The progress of the user in this sign-in flow. The forms of the pages contain it, sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The session that this flow opened, or that the user chose.
    pub session: Option<SessionId>,
    /// This flow opened the session.
    pub signed_in: bool,
    /// The user answered whether to stay signed in.
    pub stay_answered: bool,
    /// The user signed in with a temporary access pass, and was not led to setting up another
    /// factor yet.
    pub used_access_pass: bool,
    /// The user was asked for consent and consented.
    pub consented: bool,
    /// The user chose the account, or pressed "Continue", on a page that names the client.
    pub confirmed: bool,
    /// The user wants to sign in with another account than those in this browser.
    pub other_account: bool,
    /// The user name that the user submitted or chose.
    pub username: Option<String>,
}

impl Progress {
    /// Returns whether the user acted in this flow, on a page that names the client.
    const fn has_acted(&self) -> bool {
        self.signed_in || self.consented || self.confirmed
    }
}

/// Whether the user has consented to the requested scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentStatus {
    /// Consent was granted.
    Granted,
    /// The user has to consent.
    Required {
        /// The name of the client.
        client: String,
        /// The scopes without consent, for the refusal of a request with `prompt=none`.
        scopes: String,
    },
    /// The user cannot consent.
    Refused(Refusal),
}

/// The next step of a sign-in flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The user signs in.
    SignIn {
        /// The initial value of the user name field.
        username: Option<String>,
    },
    /// The user of this session gives a second factor, which they may have to set up first.
    SecondFactor(SessionId),
    /// The user chooses an account.
    ChooseAccount,
    /// The user answers whether to stay signed in.
    StaySignedIn(SessionId),
    /// The user learns how to set up factors that remain after their temporary access pass.
    AfterAccessPass(SessionId),
    /// The user consents or refuses.
    Consent(SessionId),
    /// The user confirms to go on to the client.
    Confirm(SessionId),
    /// The user is authenticated and has consented.
    Done(SessionId),
    /// The request is refused.
    Refuse(Refusal),
}

/// Selects the session to continue with. If a page has to be shown first, returns that step as an
/// error.
pub fn select_session(
    requirements: &Requirements,
    accounts: &[Account],
    progress: &Progress,
) -> Result<SessionId, Step> {
    if let Some(chosen) = progress.session {
        return chosen_session(chosen, requirements, accounts, progress);
    }
    let candidates: Vec<&Account> =
        accounts.iter().filter(|it| is_hinted(it, requirements)).collect();
    let usable: Vec<&Account> =
        candidates.iter().filter(|it| it.session_fit == SessionFit::Usable).copied().collect();
    if requirements.prompt_none {
        return match usable.as_slice() {
            [only] => Ok(only.session),
            [] => Err(Step::Refuse(no_usable_session(requirements, accounts, &candidates))),
            _ => Err(Step::Refuse(account_selection_needed(usable.len()))),
        };
    }
    if progress.other_account {
        return Err(sign_in(requirements, progress, &[]));
    }
    if requirements.reauthenticate {
        return Err(sign_in(requirements, progress, &candidates));
    }
    if requirements.select_account {
        return Err(choose_or_sign_in(requirements, accounts, progress));
    }
    match usable.as_slice() {
        [only] => Ok(only.session),
        [] => match candidates.as_slice() {
            [only] if only.session_fit.lacks_second_factor() => {
                Err(Step::SecondFactor(only.session))
            }
            _ => Err(sign_in(requirements, progress, &candidates)),
        },
        _ => Err(Step::ChooseAccount),
    }
}

/// Returns the chosen session, as long as it satisfies the request.
fn chosen_session(
    chosen: SessionId,
    requirements: &Requirements,
    accounts: &[Account],
    progress: &Progress,
) -> Result<SessionId, Step> {
    let account = accounts.iter().find(|account| account.session == chosen);
    match account.map(|account| account.session_fit) {
        Some(SessionFit::Usable) => Ok(chosen),
        Some(fit) if fit.lacks_second_factor() => Err(Step::SecondFactor(chosen)),
        // Signing in again would not help: the request requires another user.
        Some(SessionFit::OtherUser) if progress.signed_in => {
            let comparison = Comparison::new("session")
                .with_difference(Difference::new("session_of_another_user"));
            Err(Step::Refuse(refusal::id_token_hint_of_another_user().with(comparison)))
        }
        _ => Err(sign_in(requirements, progress, &[])),
    }
}

/// Returns the next step after the session is selected.
pub fn next_step(
    session: SessionId,
    requirements: &Requirements,
    consent: ConsentStatus,
    progress: &Progress,
) -> Step {
    if progress.used_access_pass {
        return Step::AfterAccessPass(session);
    }
    if progress.signed_in && !progress.stay_answered {
        return Step::StaySignedIn(session);
    }
    match consent {
        ConsentStatus::Granted => match &requirements.confirm_for {
            Some(client) if requirements.prompt_none => {
                Step::Refuse(refusal::confirmation_needed(client))
            }
            Some(_) if !progress.has_acted() => Step::Confirm(session),
            _ => Step::Done(session),
        },
        ConsentStatus::Required { client, scopes } if requirements.prompt_none => {
            let comparison = Comparison::new("scope").received(&scopes);
            let comparison = comparison.with_difference(Difference::new("consent_not_given"));
            Step::Refuse(refusal::consent_missing(client, scopes).with(comparison))
        }
        ConsentStatus::Required { .. } => Step::Consent(session),
        ConsentStatus::Refused(refusal) => Step::Refuse(refusal),
    }
}

/// Returns whether an account matches the hint. Without a hint, every account matches.
fn is_hinted(account: &Account, requirements: &Requirements) -> bool {
    match &requirements.hint {
        Some(Hint::Username(name)) => username_key(&account.username) == username_key(name),
        Some(Hint::User(user)) => *user == Some(account.user),
        None => true,
    }
}

/// Refuses a request with `prompt=none` for which no session is usable.
fn no_usable_session(
    requirements: &Requirements,
    accounts: &[Account],
    candidates: &[&Account],
) -> Refusal {
    let any = |fit| candidates.iter().any(|account| account.session_fit == fit);
    let of_another = matches!(requirements.hint, Some(Hint::User(Some(_))));
    let (refusal, kind) = match (accounts, candidates) {
        ([], _) => (refusal::login_required_no_session(), "no_session"),
        (_, []) if of_another => {
            (refusal::hinted_session_of_another_user(), "session_of_another_user")
        }
        (_, []) => (refusal::hinted_user_not_signed_in(), "session_of_another_user"),
        _ if any(SessionFit::TooOld) => (refusal::reauthentication_needed(), "session_too_old"),
        _ if any(SessionFit::TooWeak) => (refusal::second_factor_required(), "second_factor"),
        _ if any(SessionFit::NoSecondFactor) => {
            (refusal::second_factor_set_up_required(), "second_factor_not_set_up")
        }
        _ if any(SessionFit::Revoked) => (refusal::session_revoked(), "session_revoked"),
        _ => (refusal::id_token_hint_of_another_user(), "session_of_another_user"),
    };
    refusal.with(Comparison::new("session").with_difference(Difference::new(kind)))
}

fn account_selection_needed(sessions: usize) -> Refusal {
    refusal::account_selection_needed().with(Comparison::mismatch("session", 1, sessions))
}

fn choose_or_sign_in(
    requirements: &Requirements,
    accounts: &[Account],
    progress: &Progress,
) -> Step {
    if accounts.is_empty() { sign_in(requirements, progress, &[]) } else { Step::ChooseAccount }
}

/// Returns the sign-in step. The field has the name that the user typed or the client hinted at,
/// or else that of the only account that has to authenticate again.
fn sign_in(requirements: &Requirements, progress: &Progress, accounts: &[&Account]) -> Step {
    let is_expected = |account: &&&Account| {
        matches!(account.session_fit, SessionFit::Usable | SessionFit::TooOld)
    };
    let mut expected = accounts.iter().filter(is_expected);
    let known = match (expected.next(), expected.next()) {
        (Some(only), None) => Some(&only.username),
        _ => None,
    };
    let hinted = match &requirements.hint {
        Some(Hint::Username(name)) => Some(name),
        Some(Hint::User(_)) | None => None,
    };
    Step::SignIn { username: progress.username.as_ref().or(hinted).or(known).cloned() }
}

#[cfg(test)]
mod tests;
