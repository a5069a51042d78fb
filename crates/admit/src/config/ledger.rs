//! The options of one of several databases of the ledger.

use model::Timestamp;
use store::{DatabaseSettings, LedgerSettings, Period};

use super::database_url::{DatabaseUrl, without_password};
use crate::toml_document::{Problem, Spanned, TableReader};

/// A database of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct LedgerOptions {
    /// The number of the database, which is part of the ids of its rows. It never changes, and no
    /// other database gets it. The first database is 0; it also holds failed sign-ins and pushed
    /// requests.
    ///
    /// Example: `number = 1`
    pub(crate) number: Spanned<u8>,
    /// The URL of the database, with the rules of `url` in `[store.postgres]`.
    ///
    /// Example: `url = "postgres://admit@ledger1.example.com/admit"`
    pub(crate) url: Spanned<DatabaseUrl>,
    /// The time from which new rows are placed there. For a database that is added, it is at least
    /// three hours ahead; every node must know it 70 minutes before.
    ///
    /// Default: always, which only the databases of a new installation can have
    ///
    /// Example: `opens_at = 2027-02-01T00:00:00Z`
    pub(crate) opens_at: Option<Timestamp>,
    /// The time from which no new rows are placed there, at least three hours ahead when it is set.
    /// Those that exist are used until they expire.
    ///
    /// Default: never
    ///
    /// Example: `closes_at = 2027-03-01T00:00:00Z`
    pub(crate) closes_at: Option<Timestamp>,
}

impl LedgerOptions {
    /// Reads `[[store.postgres.ledgers]]`. Returns none if there is a problem.
    pub(super) fn read_all(
        reader: &mut TableReader<'_>,
        ledger: Option<&Spanned<DatabaseUrl>>,
    ) -> Vec<Spanned<Self>> {
        let ledgers = reader.tables("ledgers", Self::read);
        let Some(first) = ledgers.first() else { return Vec::new() };
        let mut numbers: Vec<u8> = ledgers.iter().map(|ledger| ledger.value.number.value).collect();
        numbers.sort_unstable();
        let (message, allowed) = if ledger.is_some() {
            ("`ledger` and `ledgers` cannot be combined", "write the URL of `ledger` as number 0")
        } else if !numbers.is_sorted_by(|one, next| one < next) {
            ("two databases of the ledger have one number", "give each a number of its own")
        } else if numbers.first() != Some(&0) {
            ("no database of the ledger has the number 0", "the first one has the number 0")
        } else if let Some(repeated) = repeated(&ledgers) {
            let message = "two databases of the ledger are the same";
            let problem = Problem::new(repeated.value.url.span.clone(), message, "named before");
            reader.problems().add(problem.allowed("name each database once"));
            return Vec::new();
        } else {
            return ledgers;
        };
        reader.problems().add(Problem::new(first.span.clone(), message, "").allowed(allowed));
        Vec::new()
    }

    fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let number = reader.required("number");
        let url = reader.required("url");
        let url = without_password(url, "url", reader);
        let opens_at = reader.optional("opens_at").map(|time| time.value);
        let closes_at: Option<Spanned<Timestamp>> = reader.optional("closes_at");
        if let Some(end) = &closes_at
            && opens_at.is_some_and(|begin| end.value <= begin)
        {
            let message = "`closes_at` is not later than `opens_at`";
            reader.problems().add(Problem::new(end.span.clone(), message, ""));
            return None;
        }
        let closes_at = closes_at.map(|time| time.value);
        Some(Self { number: number?, url: url?, opens_at, closes_at })
    }

    /// Returns the settings, with those of the connections.
    pub(super) fn settings(
        &self,
        connections: &impl Fn(&Spanned<DatabaseUrl>) -> DatabaseSettings,
    ) -> LedgerSettings {
        let begin = self.opens_at.unwrap_or_else(|| Timestamp::from_seconds(0));
        let period = Period { opens_at: begin, closes_at: self.closes_at };
        LedgerSettings { number: self.number.value, database: connections(&self.url), period }
    }
}

/// Returns a database that another one before it is as well.
fn repeated(ledgers: &[Spanned<LedgerOptions>]) -> Option<&Spanned<LedgerOptions>> {
    let name = |ledger: &Spanned<LedgerOptions>| ledger.value.url.value.settings.to_string();
    let mut names: Vec<String> = Vec::new();
    ledgers.iter().find(|ledger| {
        let name = name(ledger);
        let is_repeated = names.contains(&name);
        names.push(name);
        is_repeated
    })
}
