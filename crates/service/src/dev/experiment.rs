//! The requests of the demo app that are refused on purpose.

/// A mistake that apps make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Experiment {
    /// A redirect URI that is not registered.
    WrongRedirectUri,
    /// A `client_id` that does not exist.
    UnknownClient,
    /// A scope that the API does not have.
    UnknownScope,
    /// An authorization request without `code_challenge`.
    NoChallenge,
    /// A token request with a wrong secret.
    WrongSecret,
    /// A token request with another `code_verifier`.
    WrongVerifier,
    /// A second redemption of a code.
    CodeTwice,
    /// A refresh token with other characters.
    AlteredToken,
    /// A call of the API with a token for another scope.
    ApiWithoutScope,
}

use Experiment::{
    AlteredToken, ApiWithoutScope, CodeTwice, NoChallenge, UnknownClient, UnknownScope,
    WrongRedirectUri, WrongSecret, WrongVerifier,
};

impl Experiment {
    /// The experiments in the order of the page.
    pub(super) const ALL: [Self; 9] = [
        WrongRedirectUri,
        UnknownClient,
        UnknownScope,
        NoChallenge,
        WrongSecret,
        WrongVerifier,
        CodeTwice,
        AlteredToken,
        ApiWithoutScope,
    ];

    /// Returns the name in URLs and in the ids of texts.
    pub(super) const fn name(self) -> &'static str {
        match self {
            WrongRedirectUri => "wrong-redirect-uri",
            UnknownClient => "unknown-client",
            UnknownScope => "unknown-scope",
            NoChallenge => "no-challenge",
            WrongSecret => "wrong-secret",
            WrongVerifier => "wrong-verifier",
            CodeTwice => "code-twice",
            AlteredToken => "altered-token",
            ApiWithoutScope => "api-without-scope",
        }
    }

    /// Returns the experiment with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|experiment| experiment.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use catalogue::Language;

    use super::*;

    #[test]
    fn every_experiment_has_its_texts_in_every_language() {
        // Compares each text with its id, which is returned for a missing one.
        for language in Language::all() {
            for experiment in Experiment::ALL {
                assert_eq!(Experiment::named(experiment.name()), Some(experiment));
                for kind in ["try", "expect"] {
                    let id = format!("demo-app-{kind}-{}", experiment.name());
                    let text = catalogue::text(language, &id, &[]);
                    assert!(text.contains(' ') && !text.contains(&id), "{id}: {text}");
                }
            }
        }
    }
}
