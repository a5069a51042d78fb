//! `response_type` (RFC 6749 §3.1.1): `code`, and nothing that puts tokens into an address bar.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::Client;

use crate::{difference::named, form::Form};

/// Every response type, by its name on the wire.
pub const NAMES: [&str; 1] = ["code"];

/// Refuses everything but `code` (RFC 9700 §2.1.2: no tokens from this endpoint).
pub(super) fn check(form: &Form, client: &Client) -> Result<(), Refusal> {
    let asked = form.require("response_type")?;
    if asked == NAMES[0] {
        return Ok(());
    }
    let has = |name: &str| asked.split(' ').any(|part| part == name);
    let difference = named(asked, NAMES)
        .or_else(|| has("token").then(|| Difference::of("token_in_address")))
        .or_else(|| has("id_token").then(|| Difference::of("token_in_address")));
    let fact = Fact::mismatch("response_type", NAMES[0], asked).differing(difference);
    Err(if has("id_token") && !has("token") {
        refusal::id_token_not_enabled(&client.name)
    } else {
        refusal::response_type_not_supported(asked)
    }
    .with(fact))
}

/// Whether the answer would have held tokens: its default mode is the fragment, even for errors.
pub(super) fn is_front_channel(form: &Form) -> bool {
    let asked = form.get("response_type").unwrap_or_default();
    asked.split(' ').any(|part| matches!(part, "token" | "id_token"))
}
