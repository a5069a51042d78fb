//! `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices §2.1; Form Post).

use catalogue::{Difference, Fact, Refusal, refusal};
use serde::{Deserialize, Serialize};

use super::{ReturnAddress, response_type};
use crate::{
    difference::{self, list},
    form::Form,
};

/// Every mode, by its name on the wire.
pub const NAMES: [&str; 3] = ["query", "fragment", "form_post"];

/// How an answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In its fragment.
    Fragment,
    /// In the body of a POST.
    FormPost,
}

/// Refuses a mode that there is not, and one that the answer cannot travel in.
pub(super) fn check(form: &Form, back: &ReturnAddress) -> Result<(), Refusal> {
    match form.get("response_mode") {
        Some(name) if named(name) != Some(back.mode()) => {
            let difference = match named(name) {
                None => difference::named(name, NAMES),
                Some(ResponseMode::FormPost) => Some(Difference::of("mode_needs_web")),
                Some(_) => Some(Difference::of("mode_leaks_tokens")),
            };
            let fact = Fact::mismatch("response_mode", list(NAMES), name).differing(difference);
            Err(refusal::response_mode_not_supported(name).with(fact))
        }
        _ => Ok(()),
    }
}

/// The mode of the answer, errors included: the one asked for, if it is one and goes with the
/// response type and the redirect URI; else the response type's own.
pub(super) fn of_answer(form: &Form, uri: &str) -> ResponseMode {
    let front_channel = response_type::is_front_channel(form);
    let own = if front_channel { ResponseMode::Fragment } else { ResponseMode::Query };
    match form.get("response_mode").and_then(named) {
        Some(ResponseMode::Query) if front_channel => own,
        // No browser posts a form to an app's own scheme.
        Some(ResponseMode::FormPost) if !is_web(uri) => own,
        Some(asked) => asked,
        None => own,
    }
}

fn is_web(uri: &str) -> bool {
    uri.starts_with("https://") || uri.starts_with("http://")
}

fn named(name: &str) -> Option<ResponseMode> {
    match name {
        "query" => Some(ResponseMode::Query),
        "fragment" => Some(ResponseMode::Fragment),
        "form_post" => Some(ResponseMode::FormPost),
        _ => None,
    }
}
