//! The ledger in memory: one map for each kind of row, all behind one lock.

use std::collections::HashMap;

use async_trait::async_trait;
use model::{
    Change, CommitOutcome, Digest, FailedSignIns, Fault, Grant, GrantId, Ledger, LedgerState,
    PushedRequest, PushedRequestId, Revocation, Session, SessionGrant, SessionGrantQuery,
    SessionId, TenantId, Timestamp, UsedValue, UsedValueKind, UserId,
};

use super::MemoryStore;
use crate::change_order::{guarded_first, is_current, next_generation};

#[derive(Default)]
pub(super) struct LedgerRows {
    state: LedgerState,
    grants: HashMap<(TenantId, GrantId), Grant>,
    sessions: HashMap<(TenantId, SessionId), Session>,
    session_grants: HashMap<(TenantId, GrantId), SessionGrant>,
    pushed_requests: HashMap<(TenantId, PushedRequestId), PushedRequest>,
    used_values: HashMap<(TenantId, UsedValueKind, Digest), Timestamp>,
    failed_sign_ins: HashMap<(TenantId, Digest), FailedSignIns>,
}

#[async_trait]
impl Ledger for MemoryStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        Ok(self.ledger.lock().state)
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        Ok(self.ledger.lock().grants.get(&(tenant, id)).cloned())
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        Ok(self.ledger.lock().sessions.get(&(tenant, id)).cloned())
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        let is_active =
            |it: &&Session| it.ended_at.is_none() && it.origin.is_some() && now < it.expires_at;
        let rows = self.ledger.lock();
        let of_user = rows.sessions.values().filter(|it| (it.tenant, it.user) == user);
        let mut found: Vec<Session> = of_user.filter(is_active).cloned().collect();
        found.sort_by_key(|it| std::cmp::Reverse((it.auth_time, it.id)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        let rows = self.ledger.lock();
        let matches = |row: &&SessionGrant| {
            (row.tenant, row.user) == (query.tenant, query.user)
                && query.session.is_none_or(|session| row.session == session)
                && row.position() > query.start()
        };
        let mut found: Vec<SessionGrant> =
            rows.session_grants.values().filter(matches).cloned().collect();
        found.sort_by_key(SessionGrant::position);
        found.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        Ok(self.ledger.lock().pushed_requests.get(&(tenant, id)).cloned())
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        Ok(self.ledger.lock().failed_sign_ins.get(&(tenant, key)).cloned())
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        let key = (value.tenant, value.kind, value.digest);
        Ok(self.ledger.lock().used_values.contains_key(&key))
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        let changes = guarded_first(changes)?;
        let mut rows = self.ledger.lock();
        for change in changes {
            // Only the guarded change can conflict, and it is the first: nothing to roll back.
            if rows.apply(change) == CommitOutcome::Conflict {
                return Ok(CommitOutcome::Conflict);
            }
        }
        Ok(CommitOutcome::Committed)
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        Ok(self.ledger.lock().sweep(now, limit))
    }
}

impl LedgerRows {
    fn apply(&mut self, change: Change) -> CommitOutcome {
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
            Change::AddSessionGrant(grant) => self.add_session_grant(grant),
            Change::MarkUsed(value) => {
                let key = (value.tenant, value.kind, value.digest);
                insert_if_absent(&mut self.used_values, key, value.expires_at)
            }
            Change::PushRequest(request) => {
                let key = (request.tenant, request.id);
                insert_if_absent(&mut self.pushed_requests, key, request)
            }
            Change::OpenSession(session) => {
                insert_if_absent(&mut self.sessions, (session.tenant, session.id), session)
            }
            Change::ExtendSession { tenant, session, expires_at, persistent } => {
                if let Some(session) = self.sessions.get_mut(&(tenant, session)) {
                    session.expires_at = expires_at;
                    session.persistent = persistent;
                }
                CommitOutcome::Committed
            }
            Change::EndSession { tenant, session, at } => {
                if let Some(session) = self.sessions.get_mut(&(tenant, session)) {
                    session.ended_at.get_or_insert(at);
                }
                CommitOutcome::Committed
            }
            Change::CountFailedSignIns { before, failed_sign_ins } => {
                self.count(before.as_ref(), failed_sign_ins)
            }
            Change::ClearFailedSignIns { tenant, key } => {
                self.failed_sign_ins.remove(&(tenant, key));
                CommitOutcome::Committed
            }
            Change::IdentifyLedger { before, identity } => {
                if self.state.identity.map(|stored| stored.id) != before {
                    return CommitOutcome::Conflict;
                }
                self.state.identity = Some(identity);
                self.state.directory_generation = 0;
                CommitOutcome::Committed
            }
            Change::RaiseLedgerState { high_water, directory_generation } => {
                let LedgerState { high_water: time, directory_generation: generation, .. } =
                    &mut self.state;
                *time = high_water.max(*time);
                *generation = directory_generation.max(*generation);
                CommitOutcome::Committed
            }
        }
    }

    fn add_session_grant(&mut self, grant: SessionGrant) -> CommitOutcome {
        self.session_grants.entry((grant.tenant, grant.grant)).or_insert(grant);
        CommitOutcome::Committed
    }

    fn rotate(
        &mut self,
        key: (TenantId, GrantId),
        generation: u32,
        at: Timestamp,
    ) -> CommitOutcome {
        let Some(grant) = self.grants.get_mut(&key) else { return CommitOutcome::Conflict };
        let Some(next) = next_generation(generation) else { return CommitOutcome::Conflict };
        if grant.generation != generation || grant.revoked.is_some() {
            return CommitOutcome::Conflict;
        }
        grant.generation = next;
        grant.rotated_at = at;
        CommitOutcome::Committed
    }

    fn revoke(&mut self, key: (TenantId, GrantId), revocation: Revocation) -> CommitOutcome {
        if let Some(grant) = self.grants.get_mut(&key) {
            grant.revoked.get_or_insert(revocation);
        }
        CommitOutcome::Committed
    }

    fn count(
        &mut self,
        before: Option<&FailedSignIns>,
        failed_sign_ins: FailedSignIns,
    ) -> CommitOutcome {
        let key = (failed_sign_ins.tenant, failed_sign_ins.key);
        if !is_current(self.failed_sign_ins.get(&key), before) {
            return CommitOutcome::Conflict;
        }
        self.failed_sign_ins.insert(key, failed_sign_ins);
        CommitOutcome::Committed
    }

    fn sweep(&mut self, now: Timestamp, limit: u32) -> u64 {
        let mut remaining = limit;
        remove_expired(&mut self.used_values, &mut remaining, |expires_at| *expires_at <= now);
        remove_expired(&mut self.failed_sign_ins, &mut remaining, |row| row.expires_at <= now);
        remove_expired(&mut self.pushed_requests, &mut remaining, |row| row.expires_at <= now);
        remove_expired(&mut self.session_grants, &mut remaining, |row| row.expires_at <= now);
        remove_expired(&mut self.sessions, &mut remaining, |row| row.expires_at <= now);
        // A revoked grant stays until it expires: it keeps its code from being redeemed again.
        remove_expired(&mut self.grants, &mut remaining, |row| row.expires_at <= now);
        u64::from(limit - remaining)
    }
}

fn insert_if_absent<K: std::hash::Hash + Eq, V>(
    rows: &mut HashMap<K, V>,
    key: K,
    row: V,
) -> CommitOutcome {
    match rows.entry(key) {
        std::collections::hash_map::Entry::Occupied(_) => CommitOutcome::Conflict,
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(row);
            CommitOutcome::Committed
        }
    }
}

fn remove_expired<K, V>(
    rows: &mut HashMap<K, V>,
    remaining: &mut u32,
    has_expired: impl Fn(&V) -> bool,
) where
    K: std::hash::Hash + Eq,
{
    rows.retain(|_, row| {
        let removed = *remaining > 0 && has_expired(row);
        *remaining -= u32::from(removed);
        !removed
    });
}
