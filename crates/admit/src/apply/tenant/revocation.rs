//! The time before which a declaration revokes what was given.

use model::{Timestamp, format_rfc3339};

use crate::apply::plan::Plan;
use crate::toml_document::{Declared, Problem, Spanned};

/// Returns the later one of the declared and the stored time: a revocation is never undone. A time
/// in the future is refused, because it would revoke what is given until then.
pub(super) fn not_before(
    declared: &Declared<Spanned<Timestamp>>,
    stored: Timestamp,
    plan: &Plan<'_>,
) -> Timestamp {
    let Some(time) = declared.value() else { return stored };
    if time.value > plan.now {
        let message = "a revocation must not lie in the future";
        let found = format!("it is {} now", format_rfc3339(plan.now));
        let problem = Problem::new(time.span.clone(), message, found);
        plan.refuse(problem.allowed("what is given until then would be revoked too"));
        return stored;
    }
    stored.max(time.value)
}
