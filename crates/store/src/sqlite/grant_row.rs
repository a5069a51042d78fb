//! The row of a grant: its key, and what never changes about the grant as one value.

use model::{Grant, GrantId, Revocation, TenantId};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::column::{damaged, optional_time, time};
use crate::{
    grant_terms::{self, GrantColumns, reason_from_name, reason_name},
    sql::ledger as sql,
};

/// An odd number whose multiples are far apart: 2⁶⁴ divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The key of a grant, as the columns `key`, `tenant` and `id_end` have it.
///
/// The number finds the row, and the others tell whether it is the right one. Forty bits of it are
/// random among the grants of a tenant that end within the same eight minutes. If it opens 100
/// grants a second, one in 20 million finds its number taken. It is then refused as one whose id
/// exists, and the user signs in again.
pub(super) struct GrantKey {
    pub(super) number: i64,
    pub(super) tenant: [u8; 16],
    pub(super) id_end: i64,
}

impl GrantKey {
    /// Returns the key. The ids of one tenant in their order have numbers in order, apart from one
    /// place where the numbers begin again.
    pub(super) fn new(tenant: TenantId, id: GrantId) -> Self {
        let (of_tenant, _) = tenant.uuid().as_u64_pair();
        let (start, end) = Uuid::from_bytes(id.into_bytes()).as_u64_pair();
        Self {
            number: start.wrapping_add(of_tenant.wrapping_mul(SPREAD)).cast_signed(),
            tenant: tenant.into_bytes(),
            id_end: end.cast_signed(),
        }
    }
}

/// Returns the id of the grant with a key.
pub(super) fn grant_id(tenant: [u8; 16], number: i64, id_end: i64) -> [u8; 16] {
    let (of_tenant, _) = Uuid::from_bytes(tenant).as_u64_pair();
    let start = number.cast_unsigned().wrapping_sub(of_tenant.wrapping_mul(SPREAD));
    Uuid::from_u64_pair(start, id_end.cast_unsigned()).into_bytes()
}

/// Reads the row that `sql::GRANT` finds.
pub(super) fn grant(tenant: TenantId, id: GrantId, row: &Row<'_>) -> rusqlite::Result<Grant> {
    let columns = GrantColumns {
        expires_at: time(row, 0)?,
        generation: row.get(1)?,
        rotated_at: time(row, 2)?,
        revoked: revocation(row, 3)?,
    };
    let terms = row.get_ref(5)?.as_blob()?;
    grant_terms::decode((tenant, id), terms, columns).map_err(|error| damaged(5, error))
}

/// Inserts a grant. Returns the number of changed rows.
pub(super) fn open_grant(connection: &Connection, grant: &Grant) -> rusqlite::Result<usize> {
    let key = GrantKey::new(grant.tenant, grant.id);
    connection.prepare_cached(sql::OPEN_GRANT)?.execute(params![
        key.number,
        key.tenant,
        key.id_end,
        grant.expires_at.microseconds(),
        grant.generation,
        grant.rotated_at.microseconds(),
        grant.revoked.map(|revocation| revocation.at.microseconds()),
        grant.revoked.map(|revocation| reason_name(revocation.reason)),
        grant_terms::encode(grant).map_err(rusqlite::Error::ToSqlConversionFailure)?,
    ])
}

/// Reads the time of a revocation from a column, and the reason from the next one.
pub(super) fn revocation(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Revocation>> {
    let Some(at) = optional_time(row, column)? else { return Ok(None) };
    let reason = reason_from_name(row.get_ref(column + 1)?.as_str()?)
        .ok_or_else(|| damaged(column + 1, "not a reason for a revocation"))?;
    Ok(Some(Revocation { at, reason }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn key_of_a_grant_differs_by_tenant_and_by_both_halves_of_its_id() {
        // Computes keys of ids and tenants that differ in one byte. The second half of an id is in
        // a column of its own, and leaves the number as it is.
        let key = |tenant: u8, start: u8, end: u8| {
            let mut id = [0; 16];
            (id[0], id[15]) = (start, end);
            let key = GrantKey::new(TenantId::from_bytes([tenant; 16]), GrantId::new(id));
            assert_eq!(grant_id(key.tenant, key.number, key.id_end), id);
            (key.number, key.tenant, key.id_end)
        };
        let numbers: BTreeSet<i64> =
            (0..16).flat_map(|tenant| (0..16).map(move |start| key(tenant, start, 0).0)).collect();
        assert_eq!(numbers.len(), 256);
        assert!(key(1, 1, 0).0 == key(1, 1, 1).0 && key(1, 1, 0).2 != key(1, 1, 1).2);
    }
}
