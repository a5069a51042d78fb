//! What would follow a good request, as far as it can be said without the person: for a dry run.

use catalogue::Refusal;
use model::{Client, Resource};

use super::{Consented, NotConsented, Request, Unconsented};

/// The steps that would stand between a good request and its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Nothing may be asked (`prompt=none`): where a step is needed, the answer is an error.
    pub silent: bool,
    /// Whether the person would be asked to prove itself.
    pub sign_in: SignIn,
    /// Whether the person would be asked to choose an account (`prompt=select_account`).
    pub choose_account: bool,
    /// Whether the person would be asked for consent.
    pub consent: Asking,
}

/// Whether the person would be asked to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// In any case: a proof that came before the request does not do.
    Always,
    /// Unless the browser has a session that does.
    UnlessSession,
}

/// Whether the person would be asked for consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Nobody is asked: an administrator allowed it for everybody, or nothing needs it.
    Never,
    /// For whatever of this the person has not allowed yet.
    UnlessGiven(Unconsented),
    /// For this, even if it was allowed before (`prompt=consent`).
    Always(Unconsented),
    /// Only an administrator can allow it, and none has: the answer is this refusal.
    Refused(Refusal),
}

impl Prospect {
    /// What would follow a request that passed every step.
    pub fn of(request: &Request, client: &Client, resources: &[Resource]) -> Self {
        let prompt = request.prompt;
        let fresh = prompt.login || request.max_age.is_some_and(|most| most.get() == 0);
        let consent = match Consented::check(request, (client, resources), &[], false) {
            Ok(_) => Asking::Never,
            Err(NotConsented::Ask(ask)) if prompt.consent => Asking::Always(ask),
            Err(NotConsented::Ask(ask)) => Asking::UnlessGiven(ask),
            Err(NotConsented::AdministratorOnly(refusal)) => Asking::Refused(refusal),
        };
        Self {
            silent: prompt.none,
            sign_in: if fresh { SignIn::Always } else { SignIn::UnlessSession },
            choose_account: prompt.select_account,
            consent,
        }
    }
}
