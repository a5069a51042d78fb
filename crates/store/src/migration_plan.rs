//! The migrations that the tables of a component lack.

/// The schema of a component, as it was found and as this release needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationPlan {
    /// The name of the component: `directory`, `ledger` or `history`.
    pub component: &'static str,
    /// The number of the newest migration that was found. 0 if there are no tables.
    pub found: u32,
    /// The number of the newest migration of this release.
    pub known: u32,
    /// The missing migrations, in order.
    pub missing: Vec<Migration>,
}

/// A migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number.
    pub number: u32,
    /// Its statements.
    pub statements: &'static str,
    /// Whether it also changes rows by a function that is not part of the statements.
    pub has_step: bool,
}

impl MigrationPlan {
    /// Compares the found schema with the migrations of this release.
    pub(crate) fn new(
        component: &'static str,
        found: u32,
        migrations: &[&'static str],
        has_step: impl Fn(u32) -> bool,
    ) -> Self {
        let missing: Vec<Migration> = (1..)
            .zip(migrations)
            .map(|(number, statements)| Migration {
                number,
                statements,
                has_step: has_step(number),
            })
            .filter(|migration| migration.number > found)
            .collect();
        let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
        Self { component, found, known, missing }
    }
}
