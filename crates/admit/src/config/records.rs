//! How much is kept of what is left of requests.

use model::{Bounds, Seconds};

use crate::document::{At, Reader};

/// How much is kept of what is left of requests: one record for each, so that whoever was turned
/// down can find out why. The oldest are removed first. A record holds no secret, token, code or
/// password; it holds who asked, when, from where, and what was wrong.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "fields are named as the options are")]
pub(crate) struct Records {
    /// Whether anything is kept. Without records, `admit explain TRACE_ID`, the administration
    /// pages and the explain endpoint find nothing of a request; the log still has its line.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// For how many days.
    ///
    /// Default: `30`
    pub(crate) days: u16,
    /// At most how many records.
    ///
    /// Default: `10000000`
    pub(crate) records_max: u64,
    /// At most how many bytes of records. The file takes a little more than that.
    ///
    /// Default: `1073741824`
    pub(crate) bytes_max: u64,
}

impl Default for Records {
    fn default() -> Self {
        let Bounds { records_max, bytes_max, .. } = Bounds::default();
        Self { enabled: true, days: 30, records_max, bytes_max }
    }
}

impl Records {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let number = |written: Option<At<u64>>, default| written.map_or(default, |it| it.value);
        Self {
            enabled: reader.optional("enabled").map_or(default.enabled, |it| it.value),
            days: reader.optional("days").map_or(default.days, |it| it.value),
            records_max: number(reader.optional("records_max"), default.records_max),
            bytes_max: number(reader.optional("bytes_max"), default.bytes_max),
        }
    }

    /// What is kept, if anything is.
    pub(crate) fn bounds(self) -> Option<Bounds> {
        let Self { enabled, days, records_max, bytes_max } = self;
        let age_max = Seconds::days(i64::from(days));
        enabled.then_some(Bounds { records_max, bytes_max, age_max })
    }
}
