//! `prompt` (OpenID Connect Core §3.1.2.1): what the person must be asked, and must not be.

use catalogue::{Refusal, refusal};
use serde::{Deserialize, Serialize};

use crate::form::Form;

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
            unknown => return Err(refusal::prompt_not_supported(unknown)),
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent) {
        return Err(refusal::prompt_none_combined(text));
    }
    Ok(prompt)
}
