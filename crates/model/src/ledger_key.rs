//! The ids of grants and sessions, which say when and where their rows are stored.
//!
//! A store can put the rows that end in one week into one table, and drop the table afterwards. A
//! ledger on several databases can find the one that has a row. Both must follow from the id alone,
//! and never from the clock or the configuration of the node that asks: two nodes that decide on
//! one id at the same moment would otherwise look at two rows, and both would win.
//!
//! The sixteen bytes: the end of the row at the latest, in units of eight minutes since 1970 (3
//! bytes, big-endian) | random (5) | the number of the database (1) | random (7). The ids that
//! earlier builds generated are random in whole; their rows end whenever their columns say.
//!
//! The time comes first because a store writes rows in the order of their ids fastest. It is no
//! secret: ids leave the service only in sealed tokens and as digests.

use crate::Timestamp;

/// The unit of the end, in seconds. A week is a whole number of it.
const UNIT: i64 = 8 * 60;
const WEEK: i64 = 7 * 24 * 60 * 60;
const UNITS_PER_WEEK: i32 = 1_260;
/// The largest end.
const END_MAX: i64 = 0x00ff_ffff;
/// The place of the end in the id as a number.
const END_BITS: u128 = 0x00ff_ffff;
const END_SHIFT: u32 = 104;
/// The place of the database in the id as a number.
const DATABASE_BITS: u128 = 0xff;
const DATABASE_SHIFT: u32 = 56;

/// Returns an id with these random bytes whose row is in a database and has ended at `end`. A later
/// end than can be stored, in the year 2225, is stored as that.
pub(crate) fn new(random: [u8; 16], end: Timestamp, database: u8) -> [u8; 16] {
    let units = (end.seconds().div_euclid(UNIT) + 1).clamp(0, END_MAX);
    let fixed = (END_BITS << END_SHIFT) | (DATABASE_BITS << DATABASE_SHIFT);
    let end = u128::from(units.unsigned_abs()) << END_SHIFT;
    let database = u128::from(database) << DATABASE_SHIFT;
    (u128::from_be_bytes(random) & !fixed | end | database).to_be_bytes()
}

/// Returns the week, counted from 1970-01-01, at whose end the row has ended.
pub(crate) fn week(id: [u8; 16]) -> i32 {
    let units = (u128::from_be_bytes(id) >> END_SHIFT) & END_BITS;
    i32::try_from(units).unwrap_or(i32::MAX) / UNITS_PER_WEEK
}

/// Returns the number of the database that has the row.
pub(crate) fn database(id: [u8; 16]) -> u8 {
    let [.., database] = (u128::from_be_bytes(id) >> DATABASE_SHIFT).to_be_bytes();
    database
}

/// Returns the week of a time, counted from 1970-01-01.
pub fn week_of(time: Timestamp) -> i32 {
    i32::try_from(time.seconds().div_euclid(WEEK)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_of_an_id_has_ended_at_the_end_of_its_week() {
        // Generates ids that end at the limits of weeks and units, and compares the end of the
        // week with the end of the row.
        let week_start = 2_900 * WEEK;
        for second in [0, 1, UNIT - 1, UNIT, WEEK - UNIT - 1, WEEK - 1, WEEK] {
            let end = Timestamp::from_seconds(week_start + second);
            let week = week(new([0xff; 16], end, 0));
            let end_of_week = (i64::from(week) + 1) * WEEK;
            assert!(end.seconds() < end_of_week, "{second}");
            assert!(end_of_week - end.seconds() <= WEEK + UNIT, "{second}");
        }
        assert_eq!(week_of(Timestamp::from_seconds(week_start)), 2_900);
    }

    #[test]
    fn id_contains_its_end_the_database_and_the_random_bytes() {
        // Generates ids with an end before 1970, in 2026 and in 2300.
        let random: [u8; 16] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let id = |seconds| new(random, Timestamp::from_seconds(seconds), 250);
        let rest = [3, 4, 5, 6, 7, 250, 9, 10, 11, 12, 13, 14, 15];
        for (seconds, start) in [
            (-1_000_000, [0, 0, 0]),
            (1_795_363_200, [0x39, 0x12, 0xb5]),
            (i64::MAX / 2, [0xff; 3]),
        ] {
            assert_eq!(id(seconds), [&start[..], &rest].concat()[..], "{seconds}");
        }
    }
}
