//! Options that were renamed before the first release.

/// The renamed options: the table, the old name and the new name.
const RENAMED_OPTIONS: [(&str, &str, &str); 9] = [
    ("the file", "data", "data_dir"),
    ("the file", "allow_rehearsal", "allow_error_simulation"),
    ("[[listeners]]", "behind_proxies", "trusted_proxies"),
    ("[outbound]", "allow", "allowed_addresses"),
    ("[records]", "records_max", "max_records"),
    ("[records]", "bytes_max", "max_bytes"),
    ("[records]", "days", "retention_days"),
    ("[[clients]]", "consent_granted", "admin_consent"),
    ("[[clients]]", "rehearsal", "error_simulation"),
];

/// Returns the new name of an option, if it was renamed.
pub(super) fn new_name(table: &str, old: &str) -> Option<&'static str> {
    let mut options = RENAMED_OPTIONS.iter();
    options.find(|option| option.0 == table && option.1 == old).map(|option| option.2)
}

/// Returns the old name of an option, if it was renamed.
pub(super) fn old_name(table: &str, new: &str) -> Option<&'static str> {
    let mut options = RENAMED_OPTIONS.iter();
    options.find(|option| option.0 == table && option.2 == new).map(|option| option.1)
}
