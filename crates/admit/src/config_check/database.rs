//! Checks of the databases on PostgreSQL: connects to each, and inspects it.

use std::fmt;

use service::now;
use store::{Component, ConnectError, DatabaseInspection, DatabaseSettings, inspect};

use super::database_judgement::{Inspected, Judgement};
use crate::config::{Databases, Postgres};
use crate::server;
use crate::storage::cannot_connect;
use crate::toml_document::{Problem, Problems};

/// A database that can be used.
pub(crate) struct CheckedDatabase {
    name: String,
    components: Vec<Component>,
    has_tls: bool,
    inspection: DatabaseInspection,
    /// The advice, some sentences each.
    pub(crate) advice: Vec<String>,
}

/// Adds every problem of the databases. Returns them if they can be used.
pub(super) fn check(postgres: &Postgres, problems: &Problems) -> Option<Vec<CheckedDatabase>> {
    let databases = match postgres.databases() {
        Ok(databases) => databases,
        Err(invalid) => {
            let problem = Problem::new(invalid.span, "the database cannot be used", "");
            problems.add(problem.allowed(invalid.reason));
            return None;
        }
    };
    let groups = by_database(&databases).into_iter();
    let groups = groups.map(|(settings, components)| Group { settings, components });
    // Every database is checked, also after a problem of another one.
    let checked: Vec<Option<CheckedDatabase>> =
        groups.map(|group| group.check(postgres, problems)).collect();
    checked.into_iter().collect()
}

/// Returns each database with the components that are in it.
fn by_database(databases: &Databases) -> Vec<(&DatabaseSettings, Vec<Component>)> {
    let mut groups: Vec<(&DatabaseSettings, Vec<Component>)> = Vec::new();
    for (component, settings) in databases.all() {
        match groups.iter_mut().find(|(other, _)| *other == settings) {
            Some((_, components)) => components.push(component),
            None => groups.push((settings, vec![component])),
        }
    }
    groups
}

/// A database and the components in it.
struct Group<'a> {
    settings: &'a DatabaseSettings,
    components: Vec<Component>,
}

impl Group<'_> {
    fn check(self, postgres: &Postgres, problems: &Problems) -> Option<CheckedDatabase> {
        let mut span = postgres.span_of(self.settings);
        let unusable = |span, reason: String| {
            problems.add(Problem::new(span, "the database cannot be used", "").allowed(reason));
        };
        let runtime = match server::runtime() {
            Ok(runtime) => runtime,
            Err(error) => {
                unusable(span, error.text());
                return None;
            }
        };
        let before = now();
        let inspection = match runtime.block_on(inspect(self.settings, &self.components)) {
            Ok(inspection) => inspection,
            Err(error) => {
                if let (ConnectError::Certificates { .. }, Some(file)) =
                    (&error, &postgres.certificate_authorities_file)
                {
                    span = file.span.clone();
                }
                unusable(span, cannot_connect(Some(self.settings), &error).text());
                return None;
            }
        };
        let Self { settings, components } = self;
        let clocks = (before, now());
        let inspected = Inspected { inspection: &inspection, components: &components, settings };
        let Judgement { problems: found, advice } = inspected.judge(clocks);
        let is_usable = found.is_empty();
        for reason in found {
            unusable(span.clone(), reason);
        }
        let (name, has_tls) = (settings.to_string(), settings.uses_tls());
        is_usable.then_some(CheckedDatabase { name, components, has_tls, inspection, advice })
    }
}

impl fmt::Display for CheckedDatabase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.components.iter().map(|component| component.name()).collect();
        let DatabaseInspection { server_version, connections_max, connections_used, .. } =
            &self.inspection;
        let tls = if self.has_tls { "with TLS" } else { "without TLS" };
        write!(
            formatter,
            "database {} ({}): PostgreSQL {server_version}, {tls}; {} of {connections_max} \
             connections are free",
            self.name,
            names.join(", "),
            connections_max.saturating_sub(*connections_used),
        )
    }
}
