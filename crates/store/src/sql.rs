//! Every SQL statement, in text that both SQLite and PostgreSQL accept.
//!
//! Each statement reads or writes one kind of row. Parameters are written `$1`, `$2`, …. SQLite
//! numbers them by first appearance, so they appear in order.

pub(crate) mod directory;
pub(crate) mod history;
pub(crate) mod ledger;

/// Defines named statements and a list of all of them, so that a test can prepare each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::{directory, history, ledger};
    use crate::sqlite::schema::{DIRECTORY, HISTORY, LEDGER, Schema, empty};

    const FILES: [(&Schema, &[(&str, &str)]); 3] =
        [(&DIRECTORY, directory::ALL), (&LEDGER, ledger::ALL), (&HISTORY, history::ALL)];

    #[test]
    fn every_statement_can_be_prepared() {
        // Prepares each statement on the tables that the migrations create.
        for (schema, statements) in FILES {
            let connection = empty(schema).unwrap();
            for (name, text) in statements {
                let prepared = connection.prepare(text);
                assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
            }
        }
    }

    #[test]
    fn parameters_are_numbered_in_order_of_appearance() {
        // Asks SQLite for the name of each parameter: the third must be `$3`.
        for (schema, statements) in FILES {
            let connection = empty(schema).unwrap();
            for (name, text) in statements {
                let statement = connection.prepare(text).unwrap();
                for number in 1..=statement.parameter_count() {
                    let parameter = statement.parameter_name(number);
                    assert_eq!(parameter, Some(&*format!("${number}")), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_condition_uses_an_index() {
        // Reads SQLite's query plan of each statement with a condition: none may scan a table.
        for (schema, statements) in FILES {
            let connection = empty(schema).unwrap();
            for (name, text) in statements.iter().filter(|(_, text)| text.contains("WHERE")) {
                let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
                let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
                for step in steps.map(Result::unwrap) {
                    assert!(!step.starts_with("SCAN"), "{name}: {step}");
                }
            }
        }
    }
}
