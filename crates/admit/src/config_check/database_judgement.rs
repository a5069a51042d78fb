//! Judgement of an inspected database: what makes it unusable, and what is probably not intended.

use model::Timestamp;
use store::{Component, DatabaseInspection, DatabaseSettings, TablesState};

/// A larger difference of the clocks is advised about.
const CLOCK_ADVISED_MICROSECONDS: u64 = 1_000_000;
/// A larger difference of the clocks is a problem: rows of other nodes would expire too early or
/// too late.
const CLOCK_REFUSED_MICROSECONDS: u64 = 60_000_000;

/// An inspected database.
pub(super) struct Inspected<'a> {
    /// The result of the inspection.
    pub(super) inspection: &'a DatabaseInspection,
    /// The components in the database.
    pub(super) components: &'a [Component],
    /// The settings of the connections.
    pub(super) settings: &'a DatabaseSettings,
}

/// The judgement of a database.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// The reasons why it cannot be used, each with what to do.
    pub(super) problems: Vec<String>,
    /// The advice, some sentences each.
    pub(super) advice: Vec<String>,
}

impl Inspected<'_> {
    /// Judges the database, with the times of this machine before and after the inspection.
    pub(super) fn judge(&self, clocks: (Timestamp, Timestamp)) -> Judgement {
        let mut judgement = Judgement::default();
        judgement.problems.extend(self.encoding());
        judgement.problems.extend(self.read_only());
        judgement.problems.extend(self.rights());
        judgement.problems.extend(self.synchronous_commit());
        judgement.problems.extend(self.newer_tables());
        self.compare_clocks(clocks, &mut judgement);
        judgement.advice.extend(self.plain_connections());
        judgement.advice.extend(self.lost_with_server());
        judgement.advice.extend(self.isolation());
        judgement.advice.extend(self.too_few_connections());
        judgement.advice.extend(self.missing_tables());
        judgement
    }

    fn name(&self) -> String {
        format!("the database {}", self.settings)
    }

    /// Whether the tables must not lose what was committed. The history may.
    fn is_store(&self) -> bool {
        self.components.iter().any(|component| *component != Component::History)
    }

    fn encoding(&self) -> Option<String> {
        let encoding = &self.inspection.encoding;
        (encoding != "UTF8").then(|| {
            format!(
                "{} has the encoding {encoding}, which cannot store every text; create it again \
                 with ENCODING 'UTF8' TEMPLATE template0",
                self.name()
            )
        })
    }

    fn read_only(&self) -> Option<String> {
        let DatabaseInspection { is_read_only, role, .. } = self.inspection;
        is_read_only.then(|| {
            format!(
                "{} is read-only for the role {role}: default_transaction_read_only is on; set it \
                 to off with ALTER ROLE, ALTER DATABASE or in postgresql.conf",
                self.name()
            )
        })
    }

    fn rights(&self) -> Option<String> {
        let DatabaseInspection { role, schema, can_create_tables, tables_of_others, .. } =
            self.inspection;
        let Some(schema) = schema else {
            return Some(format!(
                "{} has no schema in the search_path of the role {role}; let the role own the \
                 database, or create a schema with CREATE SCHEMA AUTHORIZATION",
                self.name()
            ));
        };
        if !tables_of_others.is_empty() {
            return Some(format!(
                "{} has tables of another role ({}), which {role} may not change; name the role \
                 that created them in the URL, or GRANT it to {role}",
                self.name(),
                tables_of_others.join(", ")
            ));
        }
        (!can_create_tables).then(|| {
            format!(
                "in {}, the role {role} may not create tables in the schema {schema}; let it own \
                 the database, or run GRANT CREATE ON SCHEMA {schema} TO {role}",
                self.name()
            )
        })
    }

    fn synchronous_commit(&self) -> Option<String> {
        (self.is_store() && self.inspection.synchronous_commit == "off").then(|| {
            format!(
                "{} has synchronous_commit = off: after a crash of the server, codes and refresh \
                 tokens that were used would be accepted again; run ALTER ROLE {} SET \
                 synchronous_commit = on",
                self.name(),
                self.inspection.role
            )
        })
    }

    fn newer_tables(&self) -> Option<String> {
        let newer = self.inspection.tables.iter().find_map(|(component, state)| match state {
            TablesState::Newer { found, known } => Some((component.name(), found, known)),
            _ => None,
        });
        newer.map(|(component, found, known)| {
            format!(
                "the tables of the {component} in {} have schema {found}; this Admit supports \
                 schemas up to {known}; use the release of Admit that the other nodes run",
                self.name()
            )
        })
    }

    /// The clock of the server is compared with the interval in which it was read.
    fn compare_clocks(&self, (before, after): (Timestamp, Timestamp), judgement: &mut Judgement) {
        let clock = self.inspection.clock.microseconds();
        let nearest = clock.clamp(before.microseconds(), after.max(before).microseconds());
        let difference = clock.abs_diff(nearest);
        let direction = if clock < nearest { "behind" } else { "ahead of" };
        let text = format!(
            "the clock of {} is {} s {direction} the one of this machine",
            self.name(),
            difference / 1_000_000
        );
        if difference > CLOCK_REFUSED_MICROSECONDS {
            let text = text + "; synchronize both with NTP: the nodes would not agree what expired";
            judgement.problems.push(text);
        } else if difference > CLOCK_ADVISED_MICROSECONDS {
            judgement.advice.push(text + ". Synchronize both with NTP.");
        }
    }

    fn plain_connections(&self) -> Option<String> {
        let is_plain = !self.settings.uses_tls() && !self.settings.is_local();
        is_plain.then(|| {
            format!(
                "connections to {} have no TLS: everything in it can be read and changed on the \
                 network. Remove `sslmode=disable` from the URL.",
                self.name()
            )
        })
    }

    fn lost_with_server(&self) -> Option<String> {
        if !self.is_store() {
            return None;
        }
        if self.inspection.fsync == "off" {
            return Some(format!(
                "{} has fsync = off: a crash of the server can destroy it.",
                self.name()
            ));
        }
        let waits_for_none = self.inspection.synchronous_standby_names.trim().is_empty()
            || self.inspection.synchronous_commit == "local";
        waits_for_none.then(|| {
            format!(
                "no commit to {} waits for a standby: if the server is lost, so is what was \
                 written last, and codes and refresh tokens that were used then would be accepted \
                 again. Set synchronous_standby_names, and synchronous_commit to on, if a standby \
                 is to take over.",
                self.name()
            )
        })
    }

    fn isolation(&self) -> Option<String> {
        let level = &self.inspection.transaction_isolation;
        (level != "read committed").then(|| {
            format!(
                "{} has default_transaction_isolation = {level}: transactions give way to others \
                 more often than with read committed, for which they are written. Run ALTER ROLE \
                 {} SET default_transaction_isolation = 'read committed'.",
                self.name(),
                self.inspection.role
            )
        })
    }

    fn too_few_connections(&self) -> Option<String> {
        let components = u64::try_from(self.components.len()).unwrap_or(u64::MAX);
        let wanted = u64::try_from(self.settings.connections_max).unwrap_or(u64::MAX);
        let wanted = wanted.saturating_mul(components);
        let DatabaseInspection { connections_max, connections_used, .. } = self.inspection;
        let free = connections_max.saturating_sub(*connections_used);
        (free < wanted).then(|| {
            format!(
                "{} has {free} connections left of {connections_max}, and this node opens up to \
                 {wanted}, or twice as many while commits are not confirmed. If it does not run \
                 yet, raise max_connections of the server, or lower \
                 `connections_max`.",
                self.name()
            )
        })
    }

    fn missing_tables(&self) -> Option<String> {
        let is_incomplete =
            |state: &TablesState| matches!(state, TablesState::Missing | TablesState::Older { .. });
        let tables = self.inspection.tables.iter().filter(|(_, state)| is_incomplete(state));
        let names: Vec<&str> = tables.map(|(component, _)| component.name()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "{} has no tables of this release yet ({}). `admit serve` and `admit apply` \
                 create or change them.",
                self.name(),
                names.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part of what is said about a database, and the change that causes it.
    type Flaw = (&'static str, fn(&mut DatabaseInspection));

    const STORE: [Component; 2] = [Component::Directory, Component::Ledger];

    /// Returns the inspection of a database without a problem, at second 100.
    fn inspection() -> DatabaseInspection {
        DatabaseInspection {
            role: "admit".to_owned(),
            server_version: "17.2".to_owned(),
            encoding: "UTF8".to_owned(),
            is_read_only: false,
            fsync: "on".to_owned(),
            synchronous_commit: "on".to_owned(),
            synchronous_standby_names: "ANY 1 (a, b)".to_owned(),
            transaction_isolation: "read committed".to_owned(),
            clock: Timestamp::from_seconds(100),
            connections_max: 97,
            connections_used: 20,
            schema: Some("public".to_owned()),
            can_create_tables: true,
            tables_of_others: Vec::new(),
            tables: STORE.iter().map(|component| (*component, TablesState::Usable)).collect(),
        }
    }

    /// Judges a database at second 100.
    fn judge(inspection: &DatabaseInspection, components: &[Component]) -> Judgement {
        let settings = DatabaseSettings::parse("postgres://admit@db.test/store").expect("a URL");
        let now = Timestamp::from_seconds(100);
        Inspected { inspection, components, settings: &settings }.judge((now, now))
    }

    /// Judges a store with one change of the inspection.
    fn judge_with(change: impl FnOnce(&mut DatabaseInspection)) -> Judgement {
        let mut inspection = inspection();
        change(&mut inspection);
        judge(&inspection, &STORE)
    }

    #[test]
    fn a_database_without_flaws_causes_neither_problem_nor_advice() {
        // Judges the inspection as it is.
        let Judgement { problems, advice } = judge(&inspection(), &STORE);
        assert_eq!((problems, advice), (Vec::new(), Vec::new()));
    }

    #[test]
    fn each_flaw_that_prevents_use_is_one_problem() {
        // Judges a read-only role, an encoding, rights, commits and newer tables.
        let flaws: [Flaw; 7] = [
            ("is read-only for the role admit", |it| it.is_read_only = true),
            ("has the encoding LATIN1", |it| it.encoding = "LATIN1".to_owned()),
            ("may not create tables in the schema public", |it| it.can_create_tables = false),
            ("has no schema in the search_path", |it| it.schema = None),
            ("tables of another role (tenants)", |it| {
                it.tables_of_others = vec!["tenants".to_owned()];
            }),
            ("has synchronous_commit = off", |it| it.synchronous_commit = "off".to_owned()),
            ("have schema 9; this Admit supports schemas up to 1", |it| {
                let newer = TablesState::Newer { found: 9, known: 1 };
                it.tables = vec![(Component::Ledger, newer)];
            }),
        ];
        for (expected, change) in flaws {
            let Judgement { problems, advice } = judge_with(change);
            assert!(matches!(&*problems, [problem] if problem.contains(expected)), "{problems:?}");
            assert_eq!(advice, Vec::<String>::new(), "{expected}");
        }
    }

    #[test]
    fn each_doubtful_setting_is_one_piece_of_advice() {
        // Judges settings of durability and isolation, few connections, and missing tables.
        let doubts: [Flaw; 6] = [
            ("waits for a standby", |it| it.synchronous_standby_names.clear()),
            ("fsync = off", |it| it.fsync = "off".to_owned()),
            ("default_transaction_isolation = serializable", |it| {
                it.transaction_isolation = "serializable".to_owned();
            }),
            ("has 31 connections left of 97, and this node opens up to 32", |it| {
                it.connections_used = 66;
            }),
            ("has no tables of this release yet (ledger)", |it| {
                it.tables = vec![(Component::Ledger, TablesState::Missing)];
            }),
            ("has no tables of this release yet (directory)", |it| {
                let older = TablesState::Older { found: 1, known: 2 };
                it.tables = vec![(Component::Directory, older)];
            }),
        ];
        for (expected, change) in doubts {
            let Judgement { problems, advice } = judge_with(change);
            assert_eq!(problems, Vec::<String>::new(), "{expected}");
            assert!(matches!(&*advice, [one] if one.contains(expected)), "{advice:?}");
        }
    }

    #[test]
    fn a_database_with_the_history_alone_may_lose_the_last_commits() {
        // Judges commits that wait for nothing, for the history and for the store.
        let unsafe_commits = |it: &mut DatabaseInspection| {
            it.synchronous_commit = "off".to_owned();
            it.synchronous_standby_names.clear();
        };
        let mut changed = inspection();
        unsafe_commits(&mut changed);
        let of_history = judge(&changed, &[Component::History]);
        assert!(of_history.problems.is_empty() && of_history.advice.is_empty(), "{of_history:?}");
        let of_store = judge_with(unsafe_commits);
        assert_eq!((of_store.problems.len(), of_store.advice.len()), (1, 1), "{of_store:?}");
    }

    #[test]
    fn the_clock_may_differ_by_a_second_and_must_not_by_a_minute() {
        // Compares clocks around both limits, ahead and behind.
        for (milliseconds, problems, advice) in
            [(1_000, 0, 0), (1_001, 0, 1), (60_000, 0, 1), (60_001, 1, 0)]
        {
            for sign in [1, -1] {
                let judgement = judge_with(|it| {
                    let microseconds = 100_000_000 + sign * milliseconds * 1_000;
                    it.clock = Timestamp::from_microseconds(microseconds);
                });
                let counts = (judgement.problems.len(), judgement.advice.len());
                assert_eq!(counts, (problems, advice), "{milliseconds} {judgement:?}");
            }
        }
    }

    #[test]
    fn plain_connections_over_the_network_cause_advice() {
        // Judges the same database with TLS, without, and without on the loopback interface.
        for (url, count) in [
            ("postgres://admit@db.test/store", 0),
            ("postgres://admit@db.test/store?sslmode=disable", 1),
            ("postgres://admit@127.0.0.1/store?sslmode=disable", 0),
        ] {
            let settings = DatabaseSettings::parse(url).expect("a URL");
            let (inspection, now) = (inspection(), Timestamp::from_seconds(100));
            let inspected =
                Inspected { inspection: &inspection, components: &STORE, settings: &settings };
            assert_eq!(inspected.judge((now, now)).advice.len(), count, "{url}");
        }
    }
}
