//! `prompt` (OpenID Connect Core §3.1.2.1): the interactions that the client requires or forbids.

use catalogue::{Comparison, Refusal, refusal};
use serde::{Deserialize, Serialize};

use crate::{
    difference::{list, suggest_in_list},
    parameters::Parameters,
};

/// The values of the parameter.
const NAMES: [&str; 4] = ["none", "login", "select_account", "consent"];

/// The interactions that the client requires or forbids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The user must authenticate again.
    pub login: bool,
    /// The user must choose an account.
    pub select_account: bool,
    /// The user must be asked for consent, even if they have consented before.
    pub consent: bool,
}

/// Parses the list. `none` cannot be combined.
pub(super) fn check(parameters: &Parameters) -> Result<Prompt, Refusal> {
    let mut prompt = Prompt::default();
    let Some(text) = parameters.get("prompt") else { return Ok(prompt) };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => prompt.consent = true,
            unknown => {
                let comparison = Comparison::mismatch("prompt", list(NAMES), unknown)
                    .with_difference(suggest_in_list(unknown, NAMES));
                return Err(refusal::prompt_not_supported(unknown).with(comparison));
            }
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent) {
        let comparison = Comparison::mismatch("prompt", "none", text);
        return Err(refusal::prompt_none_combined(text).with(comparison));
    }
    Ok(prompt)
}
