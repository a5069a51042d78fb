//! `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices §2.1; Form Post).

use catalogue::{Comparison, Difference, Refusal, refusal};
use serde::{Deserialize, Serialize};

use super::response_type;
use crate::{
    difference::{self, list},
    parameters::Parameters,
};

/// The values of the parameter.
pub const NAMES: [&str; 3] = ["query", "fragment", "form_post"];

/// The mode in which a response is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In the fragment of the redirect URI.
    Fragment,
    /// In the body of a POST.
    FormPost,
}

/// Refuses an unknown mode, and a mode that cannot be used for this response. `mode` is the mode in
/// which the response will be sent.
pub(super) fn check(parameters: &Parameters, mode: ResponseMode) -> Result<(), Refusal> {
    match parameters.get("response_mode") {
        Some(name) if parse(name) != Some(mode) => {
            let difference = match parse(name) {
                None => difference::suggest(name, NAMES),
                Some(ResponseMode::FormPost) => Some(Difference::new("mode_needs_web")),
                Some(_) => Some(Difference::new("mode_leaks_tokens")),
            };
            let comparison = Comparison::mismatch("response_mode", list(NAMES), name)
                .with_difference(difference);
            Err(refusal::response_mode_not_supported(name).with(comparison))
        }
        _ => Ok(()),
    }
}

/// Returns the mode of the response, errors included: the requested mode, if it exists and suits
/// the response type and the redirect URI, or else the default of the response type.
pub(super) fn effective(parameters: &Parameters, uri: &str) -> ResponseMode {
    let front_channel = response_type::is_front_channel(parameters);
    let default = if front_channel { ResponseMode::Fragment } else { ResponseMode::Query };
    match parameters.get("response_mode").and_then(parse) {
        Some(ResponseMode::Query) if front_channel => default,
        // A browser cannot post a form to the custom scheme of an app.
        Some(ResponseMode::FormPost) if !is_web(uri) => default,
        Some(requested) => requested,
        None => default,
    }
}

fn is_web(uri: &str) -> bool {
    uri.starts_with("https://") || uri.starts_with("http://")
}

fn parse(name: &str) -> Option<ResponseMode> {
    match name {
        "query" => Some(ResponseMode::Query),
        "fragment" => Some(ResponseMode::Fragment),
        "form_post" => Some(ResponseMode::FormPost),
        _ => None,
    }
}
