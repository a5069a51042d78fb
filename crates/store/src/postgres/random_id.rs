//! Random ids of writes, blocks and databases.

use uuid::Uuid;

/// Returns a random id, by which a process recognizes what it wrote.
#[expect(clippy::disallowed_methods, reason = "no rule depends on these ids")]
pub(super) fn random_id() -> Uuid {
    Uuid::new_v4()
}
