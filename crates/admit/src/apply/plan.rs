//! What must change so that the store are as declared.

use std::collections::BTreeSet;
use std::fmt::Write;

use model::{Digest, DirectoryChange, Store, Timestamp};
use serde::Serialize;
use service::Service;

use super::difference::{Field, fields};
use super::{File, Made};
use crate::document::{Problem, Problems, Refused};

/// The changes, with what people are told of them.
pub(crate) struct Plan<'a> {
    /// The store as they are.
    pub(super) store: &'a dyn Store,
    /// What seals.
    pub(super) service: &'a Service,
    /// The time of the plan.
    pub(super) now: Timestamp,
    /// Every change, to be made all or none.
    pub(super) changes: Vec<DirectoryChange>,
    /// Secrets that are made with it.
    pub(crate) made: Vec<Made>,
    entries: Vec<Entry>,
    problems: Problems,
    fresh: BTreeSet<Digest>,
}

/// A row as it is and as it shall be.
pub(super) struct Row<'r, T> {
    /// What people call it.
    pub(super) what: String,
    /// As it is, if it is.
    pub(super) before: Option<&'r T>,
    /// As it shall be.
    pub(super) after: &'r T,
    /// A difference beside its fields.
    pub(super) extra: Option<&'static str>,
}

struct Entry {
    sign: char,
    what: String,
    fields: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(service: &'a Service, now: Timestamp) -> Self {
        Self {
            store: &*service.store,
            service,
            now,
            changes: Vec::new(),
            made: Vec::new(),
            entries: Vec::new(),
            problems: Problems::default(),
            fresh: BTreeSet::new(),
        }
    }

    /// The plan, unless something in the file does not fit the store.
    pub(super) fn checked(mut self, file: &File<'_>) -> Result<Self, Refused> {
        let problems = std::mem::take(&mut self.problems);
        match problems.refusal(&file.path.display().to_string(), file.text) {
            Some(refused) => Err(refused),
            None => Ok(self),
        }
    }

    /// Adds a problem.
    pub(super) fn refuse(&self, problem: Problem) {
        self.problems.add(problem);
    }

    /// Remembers a secret that is made with the plan.
    pub(super) fn makes(&mut self, made: Made) -> Digest {
        let digest = made.digest();
        self.fresh.insert(digest);
        self.made.push(made);
        digest
    }

    /// Puts a row, if it is not there already just so.
    pub(super) fn put<T: Serialize + PartialEq + Clone>(
        &mut self,
        row: Row<'_, T>,
        change: impl FnOnce(T) -> DirectoryChange,
    ) {
        let Row { what, before, after, extra } = row;
        let mut shown: Vec<String> = extra.into_iter().map(str::to_owned).collect();
        shown.extend(fields(before, after, &self.fresh).iter().map(Field::to_string));
        let sign = match before {
            None => '+',
            Some(before) if before == after && extra.is_none() => '=',
            Some(_) => '~',
        };
        if before != Some(after) {
            self.changes.push(change(after.clone()));
        }
        self.entries.push(Entry { sign, what, fields: shown });
    }

    /// Says that something is made which is no row of the file.
    pub(super) fn also_makes(&mut self, what: String) {
        self.entries.push(Entry { sign: '+', what, fields: Vec::new() });
    }

    /// What differs, line by line.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|entry| {
            let mut line = format!("{} {}", entry.sign, entry.what);
            for field in &entry.fields {
                // Into a String, this cannot fail.
                write!(line, "\n    {field}").unwrap_or_default();
            }
            line
        })
    }

    /// How many are made, changed, and as declared.
    pub(super) fn counts(&self) -> [usize; 3] {
        ['+', '~', '='].map(|sign| self.entries.iter().filter(|entry| entry.sign == sign).count())
    }
}
