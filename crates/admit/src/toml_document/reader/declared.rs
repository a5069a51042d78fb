//! Reading of the options that a declaration may leave out or take away.

use toml::de::{DeTable, DeValue};

use super::super::declared::Declared;
use super::super::nearest::nearest;
use super::super::problem::Problem;
use super::super::value::{FromValue, Spanned};
use super::TableReader;

/// The option that takes other options away.
const UNSET: &str = "unset";

impl TableReader<'_> {
    /// Reads an option of a declaration. An empty text or table takes it away, as `unset` does.
    pub(crate) fn declared<T: FromValue>(&mut self, name: &'static str) -> Declared<Spanned<T>> {
        if self.is_unset(name) {
            return Declared::Unset;
        }
        match self.value(name) {
            None => Declared::Absent,
            Some((value, _)) if is_empty(value) => Declared::Unset,
            Some((value, span)) => match self.convert(name, value, span) {
                Some(value) => Declared::Set(value),
                None => Declared::Absent,
            },
        }
    }

    /// Reads a list of a declaration. An empty list is a value: it replaces the stored one.
    pub(crate) fn declared_list<T: FromValue>(
        &mut self,
        name: &'static str,
    ) -> Declared<Vec<Spanned<T>>> {
        if self.is_unset(name) {
            return Declared::Unset;
        }
        if self.has(name) { Declared::Set(self.list(name)) } else { self.absent(name) }
    }

    /// Reads a list of tables of a declaration. An empty list is a value.
    pub(crate) fn declared_tables<T>(
        &mut self,
        name: &'static str,
        read: impl FnMut(&mut TableReader<'_>) -> Option<T>,
    ) -> Declared<Vec<Spanned<T>>> {
        if self.is_unset(name) {
            return Declared::Unset;
        }
        if self.has(name) { Declared::Set(self.tables(name, read)) } else { self.absent(name) }
    }

    /// Reads a table of a declaration. An empty table takes it away, as `unset` does.
    pub(crate) fn declared_table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut TableReader<'_>) -> Option<T>,
    ) -> Declared<T> {
        if self.is_unset(name) {
            return Declared::Unset;
        }
        if self.table.get(name).is_some_and(|value| is_empty(value.get_ref())) {
            self.read.push(name);
            return Declared::Unset;
        }
        match self.optional_table(name, read) {
            Some(table) => Declared::Set(table),
            None => Declared::Absent,
        }
    }

    fn absent<T>(&mut self, name: &'static str) -> Declared<T> {
        self.read.push(name);
        Declared::Absent
    }

    /// Returns whether `unset` names the option.
    fn is_unset(&mut self, name: &'static str) -> bool {
        self.unsettable.push(name);
        let unset = self.table.get(UNSET).and_then(|value| value.get_ref().as_array());
        let named = unset
            .is_some_and(|names| names.iter().any(|other| other.get_ref().as_str() == Some(name)));
        if named {
            self.read.push(name);
        }
        named
    }

    /// Reads `unset` and checks its names.
    pub(super) fn check_unset(&mut self) {
        if self.unsettable.is_empty() {
            return;
        }
        for name in self.list::<String>(UNSET) {
            let problem = if !self.unsettable.contains(&name.as_str()) {
                self.not_unsettable(&name)
            } else if self.has(&name) {
                let message = format!("`{}` is both declared and unset", name.value);
                Problem::new(name.span.clone(), message, "remove one of them")
            } else {
                continue;
            };
            self.problems.add(problem);
        }
    }

    fn not_unsettable(&self, name: &Spanned<String>) -> Problem {
        let mut allowed = self.unsettable.clone();
        allowed.sort_unstable();
        let all = format!("allowed here: {}", allowed.join(", "));
        if self.read.contains(&name.as_str()) {
            let message = format!("`{}` cannot be unset", name.value);
            return Problem::new(name.span.clone(), message, "it has no default").allowed(all);
        }
        let help = match nearest(name, allowed.iter().copied()) {
            Some(suggestion) => format!("did you mean `{suggestion}`? {all}"),
            None => all,
        };
        let message = format!("unknown option `{}` in `{UNSET}`", name.value);
        Problem::new(name.span.clone(), message, format!("not an option of {}", self.location))
            .allowed(help)
    }
}

/// Returns whether a text or a table is empty.
fn is_empty(value: &DeValue<'_>) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.as_table().is_some_and(DeTable::is_empty)
}
