//! The next step on the way of a person through a sign-in.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{SessionId, UserId};
use serde::{Deserialize, Serialize};

/// What the request wants.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Nothing may be shown (`prompt=none`).
    pub silently: bool,
    /// The person must prove itself anew (`prompt=login`).
    pub sign_in: bool,
    /// The person must choose an account (`prompt=select_account`).
    pub choose: bool,
    /// Who is expected.
    pub hint: Option<Hint>,
}

/// Whom the client expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Whoever has this user name (`login_hint`).
    Username(String),
    /// The person of an earlier session (`sid`); nobody, if nothing is known of that session.
    Person(Option<UserId>),
}

/// An account whose session this browser holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The session.
    pub session: SessionId,
    /// The person.
    pub user: UserId,
    /// Its user name.
    pub username: String,
    /// Whether the session does for the request.
    pub standing: Standing,
}

/// Whether a session does for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does as it is.
    Fits,
    /// The person has to prove itself anew.
    Stale,
    /// The request is about somebody else.
    SomebodyElse,
    /// It was ended from elsewhere. Only silent requests, which show nothing, still hear of it.
    Withdrawn,
}

/// How far the person has come in this sign-in. It travels sealed in the forms of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The session that this sign-in opened, or that the person chose.
    pub session: Option<SessionId>,
    /// This sign-in opened it.
    pub signed_in: bool,
    /// The person answered whether to stay signed in.
    pub stay_answered: bool,
    /// The person was asked for consent and said yes.
    pub consented: bool,
    /// The person wants to sign in, and none of the accounts that are there.
    pub other_account: bool,
    /// The user name that was typed or chosen.
    pub username: Option<String>,
}

/// Whether all that is asked for is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It is.
    Given,
    /// The person can still allow it.
    Missing {
        /// The client that asks.
        client: String,
        /// What is missing, for the refusal of a silent request.
        scopes: String,
    },
    /// The person cannot allow it.
    Impossible(Refusal),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The person proves itself.
    SignIn {
        /// What the user name field begins with.
        username: Option<String>,
    },
    /// The person chooses an account.
    ChooseAccount,
    /// The person says whether to stay signed in.
    StaySignedIn(SessionId),
    /// The person allows what is asked for, or does not.
    Consent(SessionId),
    /// The person is there and all is allowed.
    Done(SessionId),
    /// There is no way on.
    Impossible(Refusal),
}

/// Who it is that goes on; or, as an error, the step that finds out.
pub fn person(asked: &Asked, accounts: &[Account], progress: &Progress) -> Result<SessionId, Step> {
    if let Some(chosen) = progress.session {
        return chosen_person(chosen, asked, accounts, progress);
    }
    let candidates: Vec<&Account> = accounts.iter().filter(|it| is_hinted(it, asked)).collect();
    let fitting: Vec<&Account> =
        candidates.iter().filter(|it| it.standing == Standing::Fits).copied().collect();
    if asked.silently {
        return match fitting.as_slice() {
            [only] => Ok(only.session),
            [] => Err(Step::Impossible(why_nobody(asked, accounts, &candidates))),
            _ => Err(Step::Impossible(account_selection_needed(fitting.len()))),
        };
    }
    if asked.sign_in || progress.other_account {
        return Err(sign_in(asked, progress));
    }
    if asked.choose {
        return Err(choose_or_sign_in(asked, accounts, progress));
    }
    match fitting.as_slice() {
        [only] => Ok(only.session),
        [] => Err(sign_in(asked, progress)),
        _ => Err(Step::ChooseAccount),
    }
}

/// The person that this sign-in has settled on, as long as its session does.
fn chosen_person(
    chosen: SessionId,
    asked: &Asked,
    accounts: &[Account],
    progress: &Progress,
) -> Result<SessionId, Step> {
    let account = accounts.iter().find(|account| account.session == chosen);
    match account.map(|account| account.standing) {
        Some(Standing::Fits) => Ok(chosen),
        // To ask again would not help: this is not the one that the app means.
        Some(Standing::SomebodyElse) if progress.signed_in => {
            let fact = Fact::about("session").differing(Difference::of("session_of_another"));
            Err(Step::Impossible(refusal::id_token_hint_of_another_user().with(fact)))
        }
        _ => Err(sign_in(asked, progress)),
    }
}

/// What comes next, once it is known who goes on.
pub fn onwards(
    session: SessionId,
    asked: &Asked,
    permission: Permission,
    progress: &Progress,
) -> Step {
    if progress.signed_in && !progress.stay_answered {
        return Step::StaySignedIn(session);
    }
    match permission {
        Permission::Given => Step::Done(session),
        Permission::Missing { client, scopes } if asked.silently => {
            let fact = Fact::about("scope").received(&scopes);
            let fact = fact.differing(Difference::of("consent_not_given"));
            Step::Impossible(refusal::consent_missing(client, scopes).with(fact))
        }
        Permission::Missing { .. } => Step::Consent(session),
        Permission::Impossible(refusal) => Step::Impossible(refusal),
    }
}

/// Without a hint everybody may be meant.
fn is_hinted(account: &Account, asked: &Asked) -> bool {
    match &asked.hint {
        Some(Hint::Username(name)) => account.username.eq_ignore_ascii_case(name),
        Some(Hint::Person(user)) => *user == Some(account.user),
        None => true,
    }
}

/// Why a silent request finds nobody.
fn why_nobody(asked: &Asked, accounts: &[Account], candidates: &[&Account]) -> Refusal {
    let any = |standing| candidates.iter().any(|account| account.standing == standing);
    let of_another = matches!(asked.hint, Some(Hint::Person(Some(_))));
    let (refusal, kind) = match (accounts, candidates) {
        ([], _) => (refusal::nobody_signed_in(), "no_session"),
        (_, []) if of_another => (refusal::hinted_session_of_another(), "session_of_another"),
        (_, []) => (refusal::hinted_user_not_signed_in(), "session_of_another"),
        _ if any(Standing::Stale) => (refusal::reauthentication_needed(), "session_too_old"),
        _ if any(Standing::Withdrawn) => (refusal::session_withdrawn(), "session_withdrawn"),
        _ => (refusal::id_token_hint_of_another_user(), "session_of_another"),
    };
    refusal.with(Fact::about("session").differing(Difference::of(kind)))
}

fn account_selection_needed(sessions: usize) -> Refusal {
    refusal::account_selection_needed().with(Fact::mismatch("session", 1, sessions))
}

fn choose_or_sign_in(asked: &Asked, accounts: &[Account], progress: &Progress) -> Step {
    if accounts.is_empty() { sign_in(asked, progress) } else { Step::ChooseAccount }
}

fn sign_in(asked: &Asked, progress: &Progress) -> Step {
    let hinted = match &asked.hint {
        Some(Hint::Username(name)) => Some(name),
        Some(Hint::Person(_)) | None => None,
    };
    Step::SignIn { username: progress.username.as_ref().or(hinted).cloned() }
}

#[cfg(test)]
mod tests;
