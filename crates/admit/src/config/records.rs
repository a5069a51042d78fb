//! The retention options of the configuration file.

use model::{RetentionLimits, Seconds};

use crate::toml_document::{Spanned, TableReader};

/// The retention of request records. There is one record for each request, so that the developer of
/// a refused client can find the reason. The oldest records of a tenant are deleted first. A record
/// contains no secret, token, code or password. It contains the time, the IP address, the client,
/// the user and the reason of a refusal.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the fields have the names of the options")]
pub(crate) struct Records {
    /// Whether requests are recorded. Without records, `admit explain TRACE_ID`, the administration
    /// pages and the explain endpoint find no requests. The log still has its entries.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// The maximum age of records, in days.
    ///
    /// Default: `30`
    pub(crate) retention_days: u16,
    /// The maximum number of records of all tenants. If there are more, the tenant with most
    /// records loses its oldest ones, failures of senders without a valid credential first.
    ///
    /// Default: `10000000`
    pub(crate) max_records: u64,
    /// The maximum size of all records, in bytes. If it is exceeded, the tenant whose records need
    /// most loses first, as for `max_records`. The file is slightly larger.
    ///
    /// Default: `1073741824`
    pub(crate) max_bytes: u64,
}

impl Default for Records {
    fn default() -> Self {
        let RetentionLimits { records_max, bytes_max, .. } = RetentionLimits::default();
        Self { enabled: true, retention_days: 30, max_records: records_max, max_bytes: bytes_max }
    }
}

impl Records {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        let default = Self::default();
        let number = |option: Option<Spanned<u64>>, default| option.map_or(default, |it| it.value);
        let retention_days = reader.optional("retention_days");
        Self {
            enabled: reader.optional("enabled").map_or(default.enabled, |it| it.value),
            retention_days: retention_days.map_or(default.retention_days, |it| it.value),
            max_records: number(reader.optional("max_records"), default.max_records),
            max_bytes: number(reader.optional("max_bytes"), default.max_bytes),
        }
    }

    /// Returns the retention limits; `None` if recording is disabled.
    pub(crate) fn retention_limits(self) -> Option<RetentionLimits> {
        let age_max = Seconds::days(i64::from(self.retention_days));
        self.enabled.then_some(RetentionLimits {
            records_max: self.max_records,
            bytes_max: self.max_bytes,
            age_max,
        })
    }
}
