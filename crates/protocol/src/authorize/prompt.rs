//! `prompt` (OpenID Connect Core §3.1.2.1): the interactions that the client requires or forbids.

use catalogue::{Comparison, Refusal, refusal};
use model::{SignUpMode, Tenant};
use serde::{Deserialize, Serialize};

use crate::{
    difference::{list, suggest_in_list},
    parameters::Parameters,
};

/// The values of the parameter.
const NAMES: [&str; 5] = ["none", "login", "select_account", "consent", CREATE];
/// The value of OpenID Connect Initiating User Registration 1.0.
pub(crate) const CREATE: &str = "create";

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
    /// The user creates an account.
    pub create: bool,
}

/// Returns the values that requests to a tenant can have.
pub(crate) fn supported(tenant: &Tenant) -> Vec<&'static str> {
    let is_open = tenant.sign_up.mode == SignUpMode::Open;
    NAMES.into_iter().filter(|name| is_open || *name != CREATE).collect()
}

/// Parses the list. `none` cannot be combined, and `create` is for a tenant where people sign up.
pub(super) fn check(parameters: &Parameters, tenant: &Tenant) -> Result<Prompt, Refusal> {
    let mut prompt = Prompt::default();
    let Some(text) = parameters.get("prompt") else { return Ok(prompt) };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => prompt.consent = true,
            CREATE => prompt.create = true,
            unknown => {
                let comparison = Comparison::mismatch("prompt", list(NAMES), unknown)
                    .with_difference(suggest_in_list(unknown, NAMES));
                return Err(refusal::prompt_not_supported(unknown).with(comparison));
            }
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent || prompt.create) {
        let comparison = Comparison::mismatch("prompt", "none", text);
        return Err(refusal::prompt_none_combined(text).with(comparison));
    }
    if prompt.create {
        check_sign_up(tenant)?;
    }
    Ok(prompt)
}

/// Refuses `create` where users do not sign up without an invitation. The user, and not the client,
/// can get one, so a page says who gives it.
fn check_sign_up(tenant: &Tenant) -> Result<(), Refusal> {
    let comparison = Comparison::mismatch("prompt", list(supported(tenant)), CREATE);
    match tenant.sign_up.mode {
        SignUpMode::Open => Ok(()),
        SignUpMode::Invited => {
            let contact = tenant.support.contact.as_deref();
            let name = tenant.display_name.as_str();
            Err(refusal::sign_up_needs_invitation(contact.unwrap_or(name)).with(comparison))
        }
        SignUpMode::Closed => Err(refusal::sign_up_closed().with(comparison)),
    }
}

#[cfg(test)]
mod tests {
    use model::TenantId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn prompt_create_is_accepted_and_published_where_users_sign_up() {
        // Sends `create` alone and with other values in each mode of the tenant.
        let number = |prompt: &str, tenant: &Tenant| {
            let parameters = Parameters::parse(format!("prompt={prompt}").as_bytes());
            check(&parameters.expect("parameters"), tenant).map_err(|refusal| refusal.number())
        };
        let mut tenant = Tenant::new(TenantId::new(Uuid::from_u128(1)), "demo", [0; 32]);
        for (mode, refused) in [
            (SignUpMode::Closed, Some(88_000_450)),
            (SignUpMode::Invited, Some(88_000_451)),
            (SignUpMode::Open, None),
        ] {
            tenant.sign_up.mode = mode;
            let checked = number("create", &tenant);
            assert_eq!(checked.as_ref().err().copied(), refused, "{mode:?}");
            assert_eq!(checked.is_ok_and(|prompt| prompt.create), refused.is_none());
            assert_eq!(supported(&tenant).contains(&CREATE), refused.is_none());
            assert_eq!(number("create%20none", &tenant), Err(88_000_092));
            assert!(number("login", &tenant).is_ok_and(|prompt| !prompt.create));
        }
    }
}
