//! The ledger in memory: one map per kind of row, all behind one lock.

use std::collections::HashMap;

use async_trait::async_trait;
use model::{
    Attempts, Change, Digest, Fault, Grant, GrantId, Ledger, Mark, MarkPurpose, Outcome,
    Revocation, Session, SessionId, TenantId, Timestamp,
};

use super::Memory;
use crate::decision::{in_order, next_generation};

#[derive(Default)]
pub(super) struct Rows {
    grants: HashMap<(TenantId, GrantId), Grant>,
    sessions: HashMap<(TenantId, SessionId), Session>,
    marks: HashMap<(TenantId, MarkPurpose, Digest), Timestamp>,
    attempts: HashMap<(TenantId, Digest), Attempts>,
}

#[async_trait]
impl Ledger for Memory {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        Ok(self.ledger.lock().grants.get(&(tenant, id)).cloned())
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        Ok(self.ledger.lock().sessions.get(&(tenant, id)).cloned())
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        Ok(self.ledger.lock().attempts.get(&(tenant, key)).cloned())
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        let key = (mark.tenant, mark.purpose, mark.digest);
        Ok(self.ledger.lock().marks.contains_key(&key))
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        let changes = in_order(changes)?;
        let mut rows = self.ledger.lock();
        for change in changes {
            // Only the guarded change can answer so, and it comes first: nothing to undo.
            if rows.make(change) == Outcome::Conflict {
                return Ok(Outcome::Conflict);
            }
        }
        Ok(Outcome::Done)
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        Ok(self.ledger.lock().sweep(now, limit))
    }
}

impl Rows {
    fn make(&mut self, change: Change) -> Outcome {
        match change {
            Change::OpenGrant(grant) => {
                insert_if_absent(&mut self.grants, (grant.tenant, grant.id), grant)
            }
            Change::RotateGrant { tenant, grant, generation, at } => {
                self.rotate((tenant, grant), generation, at)
            }
            Change::RevokeGrant { tenant, grant, revocation } => {
                self.revoke((tenant, grant), revocation)
            }
            Change::MarkUsed(mark) => {
                let key = (mark.tenant, mark.purpose, mark.digest);
                insert_if_absent(&mut self.marks, key, mark.expires_at)
            }
            Change::OpenSession(session) => {
                insert_if_absent(&mut self.sessions, (session.tenant, session.id), session)
            }
            Change::ExtendSession { tenant, session, expires_at, persistent } => {
                if let Some(session) = self.sessions.get_mut(&(tenant, session)) {
                    session.expires_at = expires_at;
                    session.persistent = persistent;
                }
                Outcome::Done
            }
            Change::EndSession { tenant, session, at } => {
                if let Some(session) = self.sessions.get_mut(&(tenant, session)) {
                    session.ended_at.get_or_insert(at);
                }
                Outcome::Done
            }
            Change::CountAttempts { failed_before, attempts } => {
                self.count(failed_before, attempts)
            }
            Change::ForgetAttempts { tenant, key } => {
                self.attempts.remove(&(tenant, key));
                Outcome::Done
            }
        }
    }

    fn rotate(&mut self, key: (TenantId, GrantId), generation: u32, at: Timestamp) -> Outcome {
        let Some(grant) = self.grants.get_mut(&key) else { return Outcome::Conflict };
        let Some(next) = next_generation(generation) else { return Outcome::Conflict };
        if grant.generation != generation || grant.revoked.is_some() {
            return Outcome::Conflict;
        }
        grant.generation = next;
        grant.rotated_at = at;
        Outcome::Done
    }

    fn revoke(&mut self, key: (TenantId, GrantId), revocation: Revocation) -> Outcome {
        if let Some(grant) = self.grants.get_mut(&key) {
            grant.revoked.get_or_insert(revocation);
        }
        Outcome::Done
    }

    fn count(&mut self, failed_before: u32, attempts: Attempts) -> Outcome {
        let key = (attempts.tenant, attempts.key);
        if self.attempts.get(&key).map_or(0, |stored| stored.failed) != failed_before {
            return Outcome::Conflict;
        }
        self.attempts.insert(key, attempts);
        Outcome::Done
    }

    fn sweep(&mut self, now: Timestamp, limit: u32) -> u64 {
        let mut left = limit;
        remove_over(&mut self.marks, &mut left, |expires_at| *expires_at <= now);
        remove_over(&mut self.attempts, &mut left, |attempts| attempts.expires_at <= now);
        remove_over(&mut self.sessions, &mut left, |session| session.expires_at <= now);
        // A revoked grant stays until its time is over: it keeps its code from being redeemed.
        remove_over(&mut self.grants, &mut left, |grant| grant.expires_at <= now);
        u64::from(limit - left)
    }
}

fn insert_if_absent<K: std::hash::Hash + Eq, V>(
    rows: &mut HashMap<K, V>,
    key: K,
    row: V,
) -> Outcome {
    match rows.entry(key) {
        std::collections::hash_map::Entry::Occupied(_) => Outcome::Conflict,
        std::collections::hash_map::Entry::Vacant(place) => {
            place.insert(row);
            Outcome::Done
        }
    }
}

fn remove_over<K, V>(rows: &mut HashMap<K, V>, left: &mut u32, is_over: impl Fn(&V) -> bool)
where
    K: std::hash::Hash + Eq,
{
    rows.retain(|_, row| {
        let removed = *left > 0 && is_over(row);
        *left -= u32::from(removed);
        !removed
    });
}
