//! The limits on the lists of a file.

use toml::de::DeArray;

use super::super::problem::Problem;
use super::TableReader;

/// The largest number of values in one list: redirect URIs, scopes, addresses.
pub(super) const VALUES_MAX: usize = 1_000;
/// The largest number of tables in one list: users, clients, secrets. The size of a file limits
/// them as well.
pub(super) const TABLES_MAX: usize = 100_000;

impl TableReader<'_> {
    /// Adds a problem at the first item beyond the limit of a list.
    pub(super) fn check_count(&self, name: &str, items: &DeArray<'_>, count_max: usize) {
        if let Some(first) = items.get(count_max) {
            let message = format!("`{name}` is too long");
            let found = format!("item {} of {}", count_max + 1, items.len());
            let problem = Problem::new(first.span(), message, found);
            self.problems.add(problem.allowed(format!("expected at most {count_max} items")));
        }
    }
}
