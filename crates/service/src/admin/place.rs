//! The place in a list from which the next page goes on, as it stands in a query.

use model::{Place, Timestamp};
use uuid::Uuid;

use super::Desk;

/// The place that the query names; none if it names none that can be read.
pub(super) fn asked(desk: &Desk<'_>) -> Option<Place> {
    read(desk.query.get("before")?)
}

/// A place as a query names it.
pub(super) fn written((at, trace_id): Place) -> String {
    format!("{}.{}", at.microseconds(), trace_id.simple())
}

fn read(written: &str) -> Option<Place> {
    let (at, trace_id) = written.split_once('.')?;
    let at = Timestamp::from_microseconds(at.parse().ok()?);
    Some((at, Uuid::try_parse(trace_id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        // There and back, and what is none.
        let place = (Timestamp::from_microseconds(1_795_363_200_000_001), Uuid::from_u128(7));
        assert_eq!(read(&written(place)), Some(place));
        for wrong in ["", "1", "1.", ".", "x.7", "1795363200000001"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
