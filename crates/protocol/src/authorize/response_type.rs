//! `response_type` (RFC 6749 §3.1.1): only `code`, so that no token gets into a URL.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Client;

use crate::{difference::suggest, parameters::Parameters};

/// Every response type, by its name on the wire.
pub const NAMES: [&str; 1] = ["code"];

/// Refuses every type but `code` (RFC 9700 §2.1.2).
pub(super) fn check(parameters: &Parameters, client: &Client) -> Result<(), Refusal> {
    let sent = parameters.require("response_type")?;
    if sent == NAMES[0] {
        return Ok(());
    }
    let has = |name: &str| sent.split(' ').any(|part| part == name);
    let difference = suggest(sent, NAMES)
        .or_else(|| has("token").then(|| Difference::new("token_in_address")))
        .or_else(|| has("id_token").then(|| Difference::new("token_in_address")));
    let comparison =
        Comparison::mismatch("response_type", NAMES[0], sent).with_difference(difference);
    Err(if has("id_token") && !has("token") {
        refusal::id_token_not_enabled(&client.name)
    } else {
        refusal::response_type_not_supported(sent)
    }
    .with(comparison))
}

/// Returns whether the response would contain tokens. Its default mode is then the fragment, even
/// for errors.
pub(super) fn is_front_channel(parameters: &Parameters) -> bool {
    let sent = parameters.get("response_type").unwrap_or_default();
    sent.split(' ').any(|part| matches!(part, "token" | "id_token"))
}
