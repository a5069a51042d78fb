//! Previews the interactions of an authorization request without a user, for a dry run.

use catalogue::Refusal;
use model::Resource;

use super::{AuthorizationRequest, ConsentRequired, MissingConsent};

/// The interactions between a valid request and its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionPreview {
    /// No page may be shown (`prompt=none`): a required interaction is an error.
    pub prompt_none: bool,
    /// Whether the user would have to sign in.
    pub sign_in: SignInPreview,
    /// Whether the user would have to choose an account (`prompt=select_account`).
    pub choose_account: bool,
    /// Whether a user with a session would have to press "Continue", because the owner of the
    /// redirect URI is not known.
    pub must_confirm: bool,
    /// Whether the user would be asked for consent.
    pub consent: ConsentPreview,
}

/// Whether the user would have to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInPreview {
    /// Always: the request does not accept an earlier authentication.
    Always,
    /// Unless the browser has a session that satisfies the request.
    UnlessSession,
}

/// Whether the user would be asked for consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentPreview {
    /// Never: an administrator consented for all users, or nothing needs consent.
    Never,
    /// For the scopes among these to which the user has not consented yet.
    UnlessGiven(MissingConsent),
    /// For these scopes, even after an earlier consent (`prompt=consent`).
    Always(MissingConsent),
    /// The request is refused: only an administrator can consent, and none has.
    Refused(Refusal),
}

impl InteractionPreview {
    /// Previews a request that passed every check.
    pub fn new(request: &AuthorizationRequest, resources: &[Resource]) -> Self {
        let prompt = request.prompt;
        let must_sign_in = prompt.login || request.max_age.is_some_and(|age| age.get() == 0);
        let consent = match ConsentRequired::check(request, resources, &[], false) {
            Ok(()) => ConsentPreview::Never,
            Err(ConsentRequired::Ask(ask)) if prompt.consent => ConsentPreview::Always(ask),
            Err(ConsentRequired::Ask(ask)) => ConsentPreview::UnlessGiven(ask),
            Err(ConsentRequired::AdministratorOnly(refusal)) => ConsentPreview::Refused(refusal),
        };
        Self {
            prompt_none: prompt.none,
            sign_in: if must_sign_in {
                SignInPreview::Always
            } else {
                SignInPreview::UnlessSession
            },
            choose_account: prompt.select_account,
            must_confirm: !request.is_owner_known(),
            consent,
        }
    }
}
