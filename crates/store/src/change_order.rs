//! The order in which every store makes the changes of one decision.

use model::{Change, Fault, FaultKind};

/// The changes with the guarded one in front, so that where its guard fails nothing was changed
/// yet. The others keep their order. More than one guarded change is refused: no store could
/// keep the promise of all or none on an engine that knows single-row conditions only.
pub(crate) fn in_order(mut changes: Vec<Change>) -> Result<Vec<Change>, Fault> {
    let mut guarded = changes.iter().enumerate().filter(|(_, change)| change.is_guarded());
    let first = guarded.next().map(|(position, _)| position);
    if guarded.next().is_some() {
        let cause = "a decision may have one guarded change at most";
        return Err(Fault::because(FaultKind::Internal, cause));
    }
    if let Some(front) = first.and_then(|position| changes.get_mut(..=position)) {
        front.rotate_right(1);
    }
    Ok(changes)
}

/// The generation after this one; `None` at the end of the numbers, where a grant cannot be
/// rotated any more.
pub(crate) fn next_generation(generation: u32) -> Option<u32> {
    generation.checked_add(1)
}

#[cfg(test)]
mod tests {
    use model::{GrantId, Mark, MarkPurpose, Revocation, RevocationReason, TenantId, Timestamp};

    use super::*;

    const TENANT: TenantId = TenantId::new(uuid::Uuid::nil());

    fn revoke(id: u8) -> Change {
        let reason = RevocationReason::ByClient;
        let revocation = Revocation { at: Timestamp::default(), reason };
        Change::RevokeGrant { tenant: TENANT, grant: GrantId::new([id; 16]), revocation }
    }

    fn mark(id: u8) -> Change {
        Change::MarkUsed(Mark {
            tenant: TENANT,
            purpose: MarkPurpose::DpopProof,
            digest: [id; 32],
            expires_at: Timestamp::default(),
        })
    }

    #[test]
    fn the_guarded_change_comes_first_and_the_others_keep_their_order() {
        // Puts the guarded change third of four.
        let ordered = in_order(vec![revoke(1), revoke(2), mark(3), revoke(4)]);
        assert_eq!(ordered.ok(), Some(vec![mark(3), revoke(1), revoke(2), revoke(4)]));
        assert_eq!(in_order(vec![revoke(1)]).ok(), Some(vec![revoke(1)]));
        assert_eq!(in_order(Vec::new()).ok(), Some(Vec::new()));
    }

    #[test]
    fn two_guarded_changes_are_refused() {
        // Asks with two guarded changes and reads the kind of the fault.
        let fault = in_order(vec![mark(1), revoke(2), mark(3)]).err();
        assert_eq!(fault.map(|fault| fault.kind()), Some(FaultKind::Internal));
    }
}
