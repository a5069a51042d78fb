//! The versions of cached rows, for values that are derived from them.

use super::CachedStore;

impl CachedStore {
    /// Returns the version of the tenants. What was read after it is up to date as long as it is
    /// the same.
    pub fn tenants_version(&self) -> u64 {
        self.0.tenants.version()
    }

    /// Returns the version of the signing keys, as [`Self::tenants_version`] does.
    pub fn signing_keys_version(&self) -> u64 {
        self.0.signing_keys.version()
    }
}
