//! `prompt` (OpenID Connect Core §3.1.2.1): what the person must be asked, and must not be.

use catalogue::{Fact, Refusal, refusal};
use serde::{Deserialize, Serialize};

use crate::{
    difference::{among, list},
    form::Form,
};

/// Every value, by its name on the wire.
const NAMES: [&str; 4] = ["none", "login", "select_account", "consent"];

/// What the person must be asked, and must not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nothing may be asked.
    pub none: bool,
    /// The person must prove itself anew.
    pub login: bool,
    /// The person must choose an account.
    pub select_account: bool,
    /// The person must be asked for consent, even if it was given.
    pub consent: bool,
}

/// Reads the list; `none` stands alone.
pub(super) fn check(form: &Form) -> Result<Prompt, Refusal> {
    let mut prompt = Prompt::default();
    let Some(text) = form.get("prompt") else { return Ok(prompt) };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => prompt.consent = true,
            unknown => {
                let fact =
                    Fact::mismatch("prompt", list(NAMES), unknown).differing(among(unknown, NAMES));
                return Err(refusal::prompt_not_supported(unknown).with(fact));
            }
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent) {
        let fact = Fact::mismatch("prompt", "none", text);
        return Err(refusal::prompt_none_combined(text).with(fact));
    }
    Ok(prompt)
}
