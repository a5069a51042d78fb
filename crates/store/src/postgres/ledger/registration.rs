//! The databases of a ledger as the first one knows them, in `ledger_databases`.
//!
//! Every node must place a row in the same database, or two of them would open one grant twice. So
//! the numbers and times are registered, a change of them is accepted only if it takes effect
//! later, and a node whose configuration differs does not start.

use std::collections::BTreeMap;

use model::{Fault, Seconds, Timestamp};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{
    LedgerDatabase,
    member::{Member, Period},
    partition::time_of,
    unusable,
};
use crate::postgres::{
    Access, ConnectError,
    column::{get, optional_time, time},
    random_id::random_id,
};

/// The time before which a change must be known to every node. It leaves time to restart each of
/// them before those that do not know it stop writing.
const LEAD: Seconds = Seconds::hours(3);
/// The time after its end in which a database may still get rows: of sign-ins that began before.
const LATE_ROWS: Seconds = Seconds::days(1);

const OWN: &str = "SELECT id FROM ledger_state WHERE singleton = 1";
const ASSIGN: &str = "UPDATE ledger_state SET id = $1 WHERE singleton = 1 AND id IS NULL";
const ALL: &str = "SELECT number, id, opens_at, closes_at, is_empty FROM ledger_databases";
const INSERT: &str = "INSERT INTO ledger_databases (number, id, opens_at, closes_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
/// All databases of a new installation at once, or none if another node was faster.
const INSERT_FIRST: &str = "INSERT INTO ledger_databases (number, id, opens_at, closes_at)
    SELECT * FROM unnest($1::integer[], $2::uuid[], $3::bigint[], $4::bigint[])";
const SET_PERIOD: &str = "UPDATE ledger_databases SET opens_at = $2, closes_at = $3
    WHERE number = $1 AND opens_at = $4 AND closes_at IS NOT DISTINCT FROM $5";
const SET_EMPTY: &str = "UPDATE ledger_databases SET is_empty = true WHERE number = $1";
const HAS_ROWS: &str = "SELECT EXISTS (SELECT FROM grants) OR EXISTS (SELECT FROM sessions)
    OR EXISTS (SELECT FROM used_values)";

/// A registered database.
pub(super) struct Registered {
    /// The id that it has itself; that of the first database is not registered.
    id: Option<Uuid>,
    pub(super) period: Period,
    /// Closed, and without rows.
    pub(super) is_empty: bool,
}

/// Reads the registered databases by their numbers.
pub(super) async fn registered(first: &LedgerDatabase) -> Result<BTreeMap<u8, Registered>, Fault> {
    let rows = first.shared.database.query(ALL, &[]).await?;
    rows.iter().map(of_row).collect()
}

fn of_row(row: &Row) -> Result<(u8, Registered), Fault> {
    let number = u8::try_from(get::<i32>(row, 0)?);
    let number = number.map_err(|_| crate::postgres::column::damaged("a number is too high"))?;
    let period = Period { opens_at: time(row, 2)?, closes_at: optional_time(row, 3)? };
    Ok((number, Registered { id: get(row, 1)?, period, is_empty: get(row, 4)? }))
}

/// Checks that the databases of the configuration are the registered ones, after those that are new
/// were registered if tables may be changed. `without_tables` are databases of the configuration
/// that have none yet. A process that registers nothing accepts what the next node will register.
///
/// # Errors
/// They differ: an empty database in the place of another would not know what was used.
pub(super) async fn recognize(
    first: &Member,
    others: &[Member],
    without_tables: &[(u8, Period)],
    access: Access,
) -> Result<(), ConnectError> {
    let members = || std::iter::once(first).chain(others);
    if access == Access::Migrate {
        register(first, others).await?;
    }
    let registered = registered(&first.database).await.map_err(|fault| unusable(&fault))?;
    let configured: BTreeMap<u8, Period> = members()
        .map(|member| (member.number, member.period))
        .chain(without_tables.iter().copied())
        .collect();
    for (number, database) in &registered {
        if !database.is_empty && !configured.contains_key(number) {
            return Err(ConnectError::UnlistedLedger { number: *number });
        }
    }
    let now = time_of(&first.database.shared.database).await.map_err(|fault| unusable(&fault))?;
    for (number, period) in configured {
        let known = registered.get(&number).map(|known| known.period);
        let is_later = |time: Timestamp| access != Access::Migrate && time >= now + LEAD;
        match known {
            Some(known) if known == period || is_later(known.differs_from(period)) => {}
            Some(_) => return Err(ConnectError::LedgerPeriod { number }),
            // `admit migrate` registers nothing.
            None if number == first.number => {}
            None if access != Access::Read => {
                return Err(ConnectError::UnregisteredLedger { number });
            }
            None if registered.is_empty() || is_later(period.opens_at) => {}
            None => return Err(ConnectError::LedgerOpensTooSoon { number }),
        }
    }
    for member in others {
        let Some(known) = registered.get(&member.number) else { continue };
        if known.id.is_none() || known.id != own(member).await? {
            return Err(ConnectError::OtherLedger { number: member.number });
        }
    }
    Ok(())
}

/// Registers the databases that are new, and changes that take effect later.
async fn register(first: &Member, others: &[Member]) -> Result<(), ConnectError> {
    let mut known = registered(&first.database).await.map_err(|fault| unusable(&fault))?;
    if known.is_empty() && own(first).await?.is_none() {
        if insert_first(first, others).await? {
            return Ok(());
        }
        known = registered(&first.database).await.map_err(|fault| unusable(&fault))?;
    }
    let now = time_of(&first.database.shared.database).await.map_err(|fault| unusable(&fault))?;
    for member in std::iter::once(first).chain(others) {
        match known.get(&member.number) {
            Some(known) if known.period != member.period => {
                if known.period.differs_from(member.period) >= now + LEAD {
                    set_period(first, member, known.period).await?;
                }
            }
            Some(known) => {
                let closed_at = member.period.closes_at;
                let has_ended = closed_at.is_some_and(|time| time + LATE_ROWS <= now);
                if has_ended && !known.is_empty && !has_rows(member).await? {
                    set_empty(first, member.number).await?;
                }
            }
            None if member.number == first.number => insert(first, member, None).await?,
            None if member.period.opens_at < now + LEAD => {
                return Err(ConnectError::LedgerOpensTooSoon { number: member.number });
            }
            None => insert(first, member, Some(assigned(member).await?)).await?,
        }
    }
    Ok(())
}

/// Reads the id that a database has itself.
async fn own(member: &Member) -> Result<Option<Uuid>, ConnectError> {
    let row = member.database.shared.database.query_first(OWN, &[]).await;
    let id = row.and_then(|row| row.map_or(Ok(None), |row| get(&row, 0)));
    id.map_err(|fault| unusable(&fault))
}

/// Returns the id of a database, which it gets if it has none. That of another node counts if it
/// came first.
async fn assigned(member: &Member) -> Result<Uuid, ConnectError> {
    let id = random_id();
    execute(member, ASSIGN, &[(&id, Type::UUID)]).await?;
    Ok(own(member).await?.unwrap_or(id))
}

async fn has_rows(member: &Member) -> Result<bool, ConnectError> {
    let row = member.database.shared.database.query_first(HAS_ROWS, &[]).await;
    let has_rows = row.and_then(|row| row.map_or(Ok(true), |row| get(&row, 0)));
    has_rows.map_err(|fault| unusable(&fault))
}

/// Registers all databases of a new installation. Returns `false` if another node has done that.
async fn insert_first(first: &Member, others: &[Member]) -> Result<bool, ConnectError> {
    let (mut numbers, mut ids) = (vec![i32::from(first.number)], vec![None]);
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    for member in others {
        numbers.push(i32::from(member.number));
        ids.push(Some(assigned(member).await?));
    }
    for member in std::iter::once(first).chain(others) {
        let (begin, end) = member.period.microseconds();
        begins.push(begin);
        ends.push(end);
    }
    let rows = [
        (&numbers as _, Type::INT4_ARRAY),
        (&ids as _, Type::UUID_ARRAY),
        (&begins as _, Type::INT8_ARRAY),
        (&ends as _, Type::INT8_ARRAY),
    ];
    let database = &first.database.shared.database;
    let inserted = async {
        let transaction = database.begin().await?;
        match transaction.execute(INSERT_FIRST, &rows).await {
            Ok(_) => transaction.commit().await.map(|()| true),
            Err(error) if error.is_duplicate() => transaction.roll_back().await.map(|()| false),
            Err(error) => Err(error),
        }
    };
    inserted.await.map_err(|error| unusable(&error.into()))
}

async fn insert(first: &Member, member: &Member, id: Option<Uuid>) -> Result<(), ConnectError> {
    let number = i32::from(member.number);
    let (opens_at, closes_at) = member.period.microseconds();
    let row = [
        (&number as _, Type::INT4),
        (&id as _, Type::UUID),
        (&opens_at as _, Type::INT8),
        (&closes_at as _, Type::INT8),
    ];
    execute(first, INSERT, &row).await
}

async fn set_period(first: &Member, member: &Member, known: Period) -> Result<(), ConnectError> {
    let number = i32::from(member.number);
    let (new, known) = (member.period.microseconds(), known.microseconds());
    let row = [
        (&number as _, Type::INT4),
        (&new.0 as _, Type::INT8),
        (&new.1 as _, Type::INT8),
        (&known.0 as _, Type::INT8),
        (&known.1 as _, Type::INT8),
    ];
    execute(first, SET_PERIOD, &row).await
}

async fn set_empty(first: &Member, number: u8) -> Result<(), ConnectError> {
    execute(first, SET_EMPTY, &[(&i32::from(number), Type::INT4)]).await
}

async fn execute(
    member: &Member,
    statement: &str,
    parameters: &[crate::postgres::database::Parameter<'_>],
) -> Result<(), ConnectError> {
    let executed = member.database.shared.database.execute(statement, parameters).await;
    executed.map(drop).map_err(|fault| unusable(&fault))
}

/// Returns the earliest time at which a node with some databases would place rows elsewhere than
/// one with the registered ones.
pub(super) fn differs_at<'a>(
    registered: &BTreeMap<u8, Registered>,
    members: impl Iterator<Item = &'a Member>,
) -> Option<Timestamp> {
    let members: BTreeMap<u8, Period> =
        members.map(|member| (member.number, member.period)).collect();
    let differences = registered.iter().filter_map(|(number, known)| match members.get(number) {
        Some(period) if *period == known.period => None,
        Some(period) => Some(known.period.differs_from(*period)),
        None if known.is_empty => None,
        None => Some(known.period.opens_at),
    });
    differences.min()
}
