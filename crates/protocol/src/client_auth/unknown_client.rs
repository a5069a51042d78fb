//! Refusals of unknown clients, and of clients whose existence must not be revealed.

use catalogue::{Comparison, Difference, REDACTED, Refusal, refusal};

use model::ClientId;

use crate::{context::RuleContext, difference};

/// Returns whether a text has the syntax of a UUID.
pub(super) fn is_id(text: &str) -> bool {
    difference::kind_of(text) == Some("id_sent")
}

/// Refuses swapped id and secret. The text in the place of the id is the secret, so it is redacted.
pub(super) fn swapped_with_secret() -> Refusal {
    let difference = Difference::new("swapped_with_secret");
    refusal::client_not_found(REDACTED)
        .with(Comparison::new("client_id").with_difference(difference))
}

/// Refuses a disabled client to an unauthenticated caller, in the same words as an unknown one.
pub(crate) fn switched_off(sent: &str) -> Refusal {
    let comparison = Comparison::new("client_id").with_difference(Difference::new("switched_off"));
    refusal::client_not_found(sent).with(comparison.operator_only())
}

/// Refuses an unknown client, and names the mistake in the id if it can be recognized.
pub(crate) fn not_found(sent: &str, context: &RuleContext<'_>) -> Refusal {
    let tenant = &context.tenant.row;
    let difference = if sent.eq_ignore_ascii_case(&tenant.id.to_string()) {
        Some(Difference::new("id_of_tenant"))
    } else if sent.eq_ignore_ascii_case(&tenant.name) {
        Some(Difference::new("name_of_tenant"))
    } else {
        difference::wrapping(sent).or_else(|| decoded_id(sent))
    };
    let comparison = Comparison::new("client_id").received(sent);
    refusal::client_not_found(sent)
        .with(comparison.with_difference(difference))
        .with_hint(difference::wrapping(sent))
}

/// Refuses a client id with a byte order mark or a line break around it. Shows the id without it;
/// the hint names what is around it.
pub(super) fn wrapped(id: &ClientId, wrapping: &Difference) -> Refusal {
    let comparison = Comparison::new("client_id").received(id);
    refusal::client_not_found(id)
        .with(comparison.with_difference(wrapping.clone()))
        .with_hint(wrapping.clone())
}

fn decoded_id(sent: &str) -> Option<Difference> {
    difference::decoded(sent).map(|_| Difference::new("encoded_twice"))
}
