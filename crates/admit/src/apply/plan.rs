//! The plan: the changes that make the store match the declaration.

use std::collections::BTreeSet;
use std::fmt::Write;

use model::{Digest, DirectoryChange, Store, Timestamp};
use serde::Serialize;
use service::Service;

use super::diff::{FieldDiff, field_diffs};
use super::{File, GeneratedSecret};
use crate::toml_document::{DocumentErrors, Problem, Problems};

/// The changes, with their description.
pub(crate) struct Plan<'a> {
    /// The store before the changes.
    pub(super) store: &'a dyn Store,
    /// The service, which seals secrets.
    pub(super) service: &'a Service,
    /// The time of the plan.
    pub(super) now: Timestamp,
    /// The changes, for one transaction.
    pub(super) changes: Vec<DirectoryChange>,
    /// The generated secrets.
    pub(crate) generated: Vec<GeneratedSecret>,
    entries: Vec<PlanEntry>,
    problems: Problems,
    new_digests: BTreeSet<Digest>,
}

/// A row before and after the change.
pub(super) struct Row<'r, T> {
    /// The name in the output.
    pub(super) name: String,
    /// The stored row, if there is one.
    pub(super) before: Option<&'r T>,
    /// The declared row.
    pub(super) after: &'r T,
    /// A change that is not in the fields of the row.
    pub(super) extra_change: Option<&'static str>,
}

/// The differences of one row.
struct PlanEntry {
    /// `+` created, `~` changed, `=` unchanged.
    sign: char,
    name: String,
    fields: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(service: &'a Service, now: Timestamp) -> Self {
        Self {
            store: &*service.store,
            service,
            now,
            changes: Vec::new(),
            generated: Vec::new(),
            entries: Vec::new(),
            problems: Problems::default(),
            new_digests: BTreeSet::new(),
        }
    }

    /// Returns the plan, or the problems of the declaration.
    pub(super) fn checked(mut self, file: &File<'_>) -> Result<Self, DocumentErrors> {
        let problems = std::mem::take(&mut self.problems);
        match problems.into_errors(&file.path.display().to_string(), file.text) {
            Some(errors) => Err(errors),
            None => Ok(self),
        }
    }

    /// Adds a problem.
    pub(super) fn refuse(&self, problem: Problem) {
        self.problems.add(problem);
    }

    /// Adds a generated secret and returns its digest.
    pub(super) fn add_generated(&mut self, secret: GeneratedSecret) -> Digest {
        let digest = secret.digest();
        self.new_digests.insert(digest);
        self.generated.push(secret);
        digest
    }

    /// Adds the change of a row, unless the stored row is equal.
    pub(super) fn put<T: Serialize + PartialEq + Clone>(
        &mut self,
        row: Row<'_, T>,
        change: impl FnOnce(T) -> DirectoryChange,
    ) {
        let Row { name, before, after, extra_change } = row;
        let mut fields: Vec<String> = extra_change.into_iter().map(str::to_owned).collect();
        let diffs = field_diffs(before, after, &self.new_digests);
        fields.extend(diffs.iter().map(FieldDiff::to_string));
        let sign = match before {
            None => '+',
            Some(before) if before == after && extra_change.is_none() => '=',
            Some(_) => '~',
        };
        if before != Some(after) {
            self.changes.push(change(after.clone()));
        }
        self.entries.push(PlanEntry { sign, name, fields });
    }

    /// Adds an entry for a row that will be created and is not declared in the file.
    pub(super) fn add_created(&mut self, name: String) {
        self.entries.push(PlanEntry { sign: '+', name, fields: Vec::new() });
    }

    /// Returns the differences as text.
    pub(super) fn diff_lines(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|entry| {
            let mut line = format!("{} {}", entry.sign, entry.name);
            for field in &entry.fields {
                // Writing to a String cannot fail.
                write!(line, "\n    {field}").unwrap_or_default();
            }
            line
        })
    }

    /// Returns the numbers of created, changed and unchanged entries.
    pub(super) fn counts(&self) -> [usize; 3] {
        ['+', '~', '='].map(|sign| self.entries.iter().filter(|entry| entry.sign == sign).count())
    }
}
