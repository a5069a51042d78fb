//! The order in which every store applies the changes of one decision, and common names.

use model::{Change, FailedSignIns, Fault, FaultKind, UsedValueKind};

/// Moves the guarded change to the front and keeps the order of the others. If its condition does
/// not hold, nothing has been changed yet.
///
/// Refuses more than one guarded change. A database with single-row conditions only could not
/// apply all or none of them.
pub(crate) fn guarded_first(mut changes: Vec<Change>) -> Result<Vec<Change>, Fault> {
    let mut guarded = changes.iter().enumerate().filter(|(_, change)| change.is_guarded());
    let first = guarded.next().map(|(position, _)| position);
    if guarded.next().is_some() {
        let message = "a decision may have one guarded change at most";
        return Err(Fault::from_message(FaultKind::Internal, message));
    }
    if let Some(front) = first.and_then(|position| changes.get_mut(..=position)) {
        front.rotate_right(1);
    }
    Ok(changes)
}

/// Returns the next generation of a grant. Returns `None` after the largest number: the grant can
/// then not be rotated any more.
pub(crate) fn next_generation(generation: u32) -> Option<u32> {
    generation.checked_add(1)
}

/// Returns whether a stored counter of failed sign-ins is as the caller read it.
pub(crate) fn is_current(stored: Option<&FailedSignIns>, before: Option<&FailedSignIns>) -> bool {
    match before {
        None => stored.is_none_or(|stored| stored.count == 0),
        Some(before) => stored.is_some_and(|stored| {
            (stored.count, stored.last_failed_at) == (before.count, before.last_failed_at)
        }),
    }
}

/// Returns the value of the column `kind` of a used value.
pub(crate) const fn kind_name(kind: UsedValueKind) -> &'static str {
    match kind {
        UsedValueKind::ClientAssertion => "client_assertion",
        UsedValueKind::DpopProof => "dpop_proof",
        UsedValueKind::SignInFlow => "sign_in_flow",
        UsedValueKind::OneTimeCode => "one_time_code",
        UsedValueKind::PasskeyChallenge => "passkey_challenge",
        UsedValueKind::MailedCode => "mailed_code",
    }
}

#[cfg(test)]
mod tests {
    use model::{GrantId, Revocation, RevocationReason, TenantId, Timestamp, UsedValue};

    use super::*;

    const TENANT: TenantId = TenantId::new(uuid::Uuid::nil());

    fn revoke(id: u8) -> Change {
        let reason = RevocationReason::ByClient;
        let revocation = Revocation { at: Timestamp::default(), reason };
        Change::RevokeGrant { tenant: TENANT, grant: GrantId::new([id; 16]), revocation }
    }

    fn mark_used(id: u8) -> Change {
        Change::MarkUsed(UsedValue {
            tenant: TENANT,
            kind: UsedValueKind::DpopProof,
            digest: [id; 32],
            expires_at: Timestamp::default(),
        })
    }

    #[test]
    fn guarded_change_comes_first_and_others_keep_their_order() {
        // Puts the guarded change third of four.
        let ordered = guarded_first(vec![revoke(1), revoke(2), mark_used(3), revoke(4)]);
        assert_eq!(ordered.ok(), Some(vec![mark_used(3), revoke(1), revoke(2), revoke(4)]));
        assert_eq!(guarded_first(vec![revoke(1)]).ok(), Some(vec![revoke(1)]));
        assert_eq!(guarded_first(Vec::new()).ok(), Some(Vec::new()));
    }

    #[test]
    fn two_guarded_changes_are_refused() {
        // Orders a list with two guarded changes and checks the kind of the fault.
        let fault = guarded_first(vec![mark_used(1), revoke(2), mark_used(3)]).err();
        assert_eq!(fault.map(|fault| fault.kind()), Some(FaultKind::Internal));
    }
}
