//! The plan: the changes that make the store match the declaration.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use model::{Client, Digest, DirectoryChange, ProfileAttribute, Store, Tenant, Timestamp};
use serde::Serialize;
use service::Service;

use super::diff::{FieldDiff, field_diffs};
use super::{File, GeneratedSecret, GuardedChanges};
use crate::toml_document::{DocumentErrors, Problem, Problems, mask_lines};

/// The changes, with their description.
pub(crate) struct Plan<'a> {
    /// The store before the changes.
    pub(super) store: &'a dyn Store,
    /// The service, which seals secrets.
    pub(super) service: &'a Service,
    /// The time of the plan.
    pub(super) now: Timestamp,
    /// Whether rows, credentials and permissions that are not declared are removed.
    pub(super) prune: bool,
    /// Whether declared users are added again who were deleted.
    pub(super) restores_deleted: bool,
    /// The changes, and the rows that they depend on.
    pub(super) changes: GuardedChanges,
    /// The generated secrets.
    pub(crate) generated: Vec<GeneratedSecret>,
    /// The declared tenants after the change.
    pub(super) tenants: Vec<Tenant>,
    /// Everything that is removed because it is not declared.
    pub(crate) removals: Vec<String>,
    /// The rows that are not declared and stay, because nothing is pruned.
    pub(crate) kept: Vec<String>,
    /// The numbers of users whom a stricter policy of sign-in concerns.
    pub(crate) concerned: Vec<String>,
    /// The number of declared rows that are inserted.
    pub(crate) inserted_rows: usize,
    /// The number of stored rows that are replaced.
    pub(crate) replaced_rows: usize,
    entries: Vec<PlanEntry>,
    problems: Problems,
    new_digests: BTreeSet<Digest>,
}

/// The options of a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanOptions {
    /// The time of the changes.
    pub(crate) now: Timestamp,
    /// Whether rows, credentials and permissions of the declared tenants that are not declared are
    /// removed.
    pub(crate) prune: bool,
    /// Whether declared users are added again who were deleted.
    pub(crate) restores_deleted: bool,
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
    /// The attributes whose stored value the user has set.
    pub(super) set_by_user: Vec<ProfileAttribute>,
}

impl<'r, T> Row<'r, T> {
    /// Creates a row whose changes are those of its fields.
    pub(super) const fn new(name: String, before: Option<&'r T>, after: &'r T) -> Self {
        Self { name, before, after, extra_change: None, set_by_user: Vec::new() }
    }
}

/// The differences of one row.
struct PlanEntry {
    /// `+` created, `~` changed, `-` removed, `=` unchanged.
    sign: char,
    name: String,
    fields: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(service: &'a Service, options: PlanOptions) -> Self {
        let PlanOptions { now, prune, restores_deleted } = options;
        Self {
            store: &*service.store,
            service,
            now,
            prune,
            restores_deleted,
            changes: GuardedChanges::default(),
            generated: Vec::new(),
            tenants: Vec::new(),
            removals: Vec::new(),
            kept: Vec::new(),
            concerned: Vec::new(),
            inserted_rows: 0,
            replaced_rows: 0,
            entries: Vec::new(),
            problems: Problems::default(),
            new_digests: BTreeSet::new(),
        }
    }

    /// Returns the plan, or the problems of the declaration in the file.
    pub(super) fn checked(mut self, file: &File<'_>) -> Result<Self, DocumentErrors> {
        let problems = std::mem::take(&mut self.problems);
        // The report shows the lines around a problem, and one of them may have a password.
        mask_lines(file.text, &problems);
        match problems.into_errors(&file.path.display().to_string(), file.text) {
            Some(errors) => Err(errors),
            None => Ok(self),
        }
    }

    /// Masks a secret part of the file in the report of the problems.
    pub(super) fn mask(&self, span: Range<usize>) {
        self.problems.mask(span);
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

    /// Returns the client that the plan creates or changes with this name.
    pub(crate) fn planned_client(&self, name: &str) -> Option<&Client> {
        self.changes.clients().find(|client| client.name == name)
    }

    /// Marks a value that is sealed with a generated secret, which differs in each plan.
    pub(super) fn add_sealed(&mut self, sealed: &[u8]) {
        self.new_digests.insert(jose::digest::sha256(sealed));
    }

    /// Adds the change of a row, unless the stored row is equal.
    pub(super) fn put<T: Serialize + PartialEq + Clone>(
        &mut self,
        row: Row<'_, T>,
        change: impl FnOnce(T) -> DirectoryChange,
    ) {
        let Row { name, before, after, extra_change, set_by_user } = row;
        let mut fields: Vec<String> = extra_change.into_iter().map(str::to_owned).collect();
        let diffs = field_diffs(before, after, &self.new_digests);
        // A new password already says that it revokes.
        let is_shown = |diff: &&FieldDiff| extra_change.is_none() || !diff.is_revocation();
        fields.extend(diffs.iter().filter(is_shown).map(|diff| {
            let is_own = set_by_user.iter().any(|attribute| diff.is_attribute(attribute.as_str()));
            if is_own { format!("{diff}, in place of what the user set") } else { diff.to_string() }
        }));
        let sign = match before {
            None => '+',
            // A hidden counter may differ.
            Some(_) if fields.is_empty() => '=',
            Some(_) => '~',
        };
        if before != Some(after) {
            self.inserted_rows += usize::from(before.is_none());
            self.replaced_rows += usize::from(before.is_some());
            self.changes.change(change(after.clone()));
        }
        self.entries.push(PlanEntry { sign, name, fields });
    }

    /// Adds an entry for a row that will be created and is not declared in the file.
    pub(super) fn add_created(&mut self, name: String) {
        self.entries.push(PlanEntry { sign: '+', name, fields: Vec::new() });
    }

    /// Adds an entry for a stored row that stays, although it is not declared.
    pub(super) fn add_unchanged(&mut self, name: String) {
        self.entries.push(PlanEntry { sign: '=', name, fields: Vec::new() });
    }

    /// Adds the removal of a row that is not declared.
    pub(super) fn remove(&mut self, name: String, change: DirectoryChange) {
        self.changes.change(change);
        self.entries.push(PlanEntry { sign: '-', name: name.clone(), fields: Vec::new() });
        self.removals.push(name);
    }

    /// Lists a part of a row that is removed because it is not declared. The changed row itself is
    /// added by [`Self::put`].
    pub(super) fn add_removal(&mut self, name: String) {
        if self.prune {
            self.removals.push(name);
        }
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

    /// Returns the numbers of created, changed, removed and unchanged entries.
    pub(super) fn counts(&self) -> [usize; 4] {
        ['+', '~', '-', '=']
            .map(|sign| self.entries.iter().filter(|entry| entry.sign == sign).count())
    }
}
