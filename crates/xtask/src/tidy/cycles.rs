//! Checks that sibling modules do not depend on each other in a cycle.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::exceptions;
use super::module_graph::{ModulePath, Reference};

/// The references among the children of one module: from, to, and an example of each.
type Siblings<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Reference>>;

/// Reports every cycle that `[cycles]` of `tidy.toml` does not list.
pub(super) fn check(references: &[Reference], listed: &BTreeMap<String, String>) -> Vec<Violation> {
    let mut parents: BTreeMap<(&str, &[String]), Siblings<'_>> = BTreeMap::new();
    for reference in references {
        if let Some((parent, from, to)) = siblings(&reference.from, &reference.to) {
            let children = parents.entry((&reference.krate, parent)).or_default();
            children.entry(from).or_default().entry(to).or_insert(reference);
        }
    }
    let mut found = Vec::new();
    for ((krate, parent), siblings) in &parents {
        let name = krate.strip_prefix("crates/").unwrap_or(krate);
        let parent: ModulePath = std::iter::once(name.to_owned()).chain(parent.to_vec()).collect();
        for cycle in cycles(siblings) {
            let key = format!("{}: {}", parent.join("::"), cycle.join(", "));
            if let Some(violation) = violation(&key, &cycle, siblings) {
                found.push((key, violation));
            }
        }
    }
    exceptions::apply("cycles", listed, found)
}

/// Returns the nearest common parent of two modules and its two children on the way to them.
/// Returns `None` if one module contains the other.
fn siblings<'a>(from: &'a [String], to: &'a [String]) -> Option<(&'a [String], &'a str, &'a str)> {
    let depth = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    Some((from.get(..depth)?, from.get(depth)?, to.get(depth)?))
}

/// Returns the sets of siblings that reach each other, sorted.
fn cycles<'a>(siblings: &Siblings<'a>) -> BTreeSet<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        siblings.keys().map(|name| (*name, reached_from(name, siblings))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|names| names.contains(to));
    let in_cycle = siblings.keys().filter(|name| reaches(name, name));
    in_cycle
        .map(|name| {
            let members = siblings.keys().copied();
            members.filter(|other| reaches(name, other) && reaches(other, name)).collect()
        })
        .collect()
}

fn reached_from<'a>(start: &str, siblings: &Siblings<'a>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<&str> = vec![start];
    while let Some(name) = waiting.pop() {
        for next in siblings.get(name).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*next) {
                waiting.push(*next);
            }
        }
    }
    reached
}

fn violation(key: &str, cycle: &[&str], siblings: &Siblings<'_>) -> Option<Violation> {
    let mut edges = Vec::new();
    for from in cycle {
        for (to, reference) in siblings.get(from).into_iter().flatten() {
            if cycle.contains(to) {
                edges.push((
                    format!("{from} -> {to} ({}:{})", reference.file, reference.line),
                    reference,
                ));
            }
        }
    }
    let (_, first) = edges.first()?;
    let examples: Vec<&str> = edges.iter().map(|(edge, _)| edge.as_str()).collect();
    let message = format!("modules in a cycle: \"{key}\": {}", examples.join(", "));
    Some(Violation::new(&first.file, first.line, message))
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, check};
    use crate::tidy::module_graph::references;
    use crate::tidy::source::Source;

    fn messages(files: &[(&str, &str)], listed: &[&str]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source::new(format!("crates/k/src/{path}"), *text))
            .collect();
        let listed: BTreeMap<String, String> =
            listed.iter().map(|key| ((*key).to_owned(), "by nature".to_owned())).collect();
        check(&references(&sources), &listed).iter().map(ToString::to_string).collect()
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b; mod c;");

    #[test]
    fn siblings_that_import_each_other_are_a_violation() {
        // Lets three modules import each other in a ring, one of them from a child.
        let files = [
            ROOT,
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "mod inner; pub struct B;"),
            ("b/inner.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A; pub struct C;"),
        ];
        let found = messages(&files, &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        let message = &found[0];
        assert!(message.starts_with("crates/k/src/a.rs:1: "), "{message}");
        assert!(message.contains("\"k: a, b, c\""), "{message}");
        assert!(message.contains("b -> c (crates/k/src/b/inner.rs:1)"), "{message}");
    }

    #[test]
    fn references_between_parent_and_child_are_no_cycle() {
        // Lets a child use its parent and the parent its child, and a sibling in one direction.
        let files = [
            ROOT,
            ("a.rs", "mod inner; use inner::I; use crate::b::B; pub struct A;"),
            ("a/inner.rs", "use super::A; pub struct I;"),
            ("b.rs", "pub struct B;"),
        ];
        assert!(messages(&files, &[]).is_empty());
    }

    #[test]
    fn a_listed_cycle_is_accepted_as_long_as_it_exists() {
        // Lists a cycle that is there, and then the same without it.
        let cycle = [
            ROOT,
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ];
        assert!(messages(&cycle, &["k: a, b"]).is_empty());
        assert_eq!(messages(&cycle[..2], &["k: a, b"]).len(), 1);
        assert_eq!(messages(&cycle, &["k: a, b, c"]).len(), 2);
    }
}
