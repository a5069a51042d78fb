//! The committed table of costs, and what may change in it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::measurements::real;
use crate::scenario::Scenario;
use crate::{machine, print_line};

/// A cost may be greater than the committed one by this part.
const INCREASE_MAX: f64 = 0.02;
const HEAD: &str =
    "# The cost of a request, from `cargo run --release -p bench -- cost --write`.\n\n";

/// The cost of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cost {
    pub(super) instructions: u64,
    pub(super) allocations: u64,
    /// None if they could not be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) system_calls: Option<u64>,
}

/// The costs of all scenarios.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table {
    /// The compiler and the processor, on which instructions depend.
    measured_with: String,
    scenarios: BTreeMap<String, Cost>,
}

impl Table {
    /// Creates an empty table for this compiler and processor.
    pub(super) fn new() -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(rustc).arg("--version").output()?;
        let compiler = String::from_utf8(output.stdout)?;
        let measured_with = format!("{}, {}", compiler.trim(), machine::processor());
        Ok(Self { measured_with, scenarios: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, scenario: Scenario, cost: Cost) {
        self.scenarios.insert(scenario.to_string(), cost);
    }

    /// Reads the committed table.
    pub(super) fn read() -> Result<Self> {
        let file = Self::file();
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(toml::from_str(&text)?)
    }

    /// Replaces the committed table.
    pub(super) fn write(&self) -> Result<()> {
        std::fs::write(Self::file(), format!("{HEAD}{}", toml::to_string(self)?))?;
        print_line(&format!("{}: written", Self::file().display()));
        Ok(())
    }

    fn file() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cost.toml")
    }

    /// Returns a table of these costs and of the committed ones.
    pub(super) fn compared_with(&self, committed: &Self) -> String {
        let mut text = format!(
            "{:<26}{:>14}{:>12}{:>14}   committed\n",
            "", "instructions", "allocations", "system calls"
        );
        for (scenario, cost) in &self.scenarios {
            let before = committed.scenarios.get(scenario);
            let before = before.map_or_else(
                || "nothing".to_owned(),
                |cost| {
                    let calls =
                        cost.system_calls.map_or_else(|| "-".to_owned(), |it| it.to_string());
                    format!("{}, {}, {calls}", cost.instructions, cost.allocations)
                },
            );
            let calls = cost.system_calls.map_or_else(|| "-".to_owned(), |it| it.to_string());
            let _ = writeln!(
                text,
                "{scenario:<26}{:>14}{:>12}{calls:>14}   {before}",
                cost.instructions, cost.allocations
            );
        }
        text
    }

    /// Returns the table to commit if a cost is so much less than the committed one that the
    /// difference would hide a later increase: the lesser of both costs.
    pub(super) fn cheaper_than(&self, committed: &Self) -> Option<Self> {
        let is_less = |now: u64, before: u64| real(now) < real(before) * (1.0 - INCREASE_MAX);
        let (mut scenarios, mut found) = (committed.scenarios.clone(), false);
        for (scenario, cost) in &self.scenarios {
            let Some(before) = scenarios.get_mut(scenario) else { continue };
            found |= is_less(cost.instructions, before.instructions)
                || is_less(cost.allocations, before.allocations);
            before.instructions = before.instructions.min(cost.instructions);
            before.allocations = before.allocations.min(cost.allocations);
            before.system_calls = cost.system_calls.or(before.system_calls);
        }
        found.then(|| Self { measured_with: self.measured_with.clone(), scenarios })
    }

    /// Returns the reason for which the costs cannot be compared, if there is one: they differ with
    /// another compiler or processor.
    pub(super) fn no_verdict(&self, committed: &Self) -> Option<String> {
        let (here, there) = (&self.measured_with, &committed.measured_with);
        (here != there)
            .then(|| format!("no verdict: the table was measured with {there}, this with {here}"))
    }

    /// Returns a sentence for each cost that is too much greater than the committed one.
    pub(super) fn increases(&self, committed: &Self) -> Vec<String> {
        let mut increases = Vec::new();
        for (scenario, cost) in &self.scenarios {
            let Some(before) = committed.scenarios.get(scenario) else {
                increases.push(format!("{scenario}: not in the table; run `bench cost --write`"));
                continue;
            };
            if real(cost.instructions) > real(before.instructions) * (1.0 + INCREASE_MAX) {
                increases.push(format!(
                    "{scenario}: {} instructions instead of {}",
                    cost.instructions, before.instructions
                ));
            }
            if real(cost.allocations) > real(before.allocations) * (1.0 + INCREASE_MAX) {
                increases.push(format!(
                    "{scenario}: {} allocations instead of {}",
                    cost.allocations, before.allocations
                ));
            }
        }
        increases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(measured_with: &str, instructions: u64, allocations: u64) -> Table {
        let cost = Cost { instructions, allocations, system_calls: None };
        let scenarios = BTreeMap::from([("JWKS".to_owned(), cost)]);
        Table { measured_with: measured_with.to_owned(), scenarios }
    }

    #[test]
    fn more_than_two_percent_of_instructions_or_allocations_is_an_increase() {
        // Compares with a table of 1,000 instructions and 100 allocations.
        let committed = table("here", 1_000, 100);
        assert!(table("here", 1_020, 102).increases(&committed).is_empty());
        assert_eq!(table("here", 1_021, 100).increases(&committed).len(), 1);
        assert_eq!(table("here", 1_000, 103).increases(&committed).len(), 1);
        let missing = Table { measured_with: "here".to_owned(), scenarios: BTreeMap::new() };
        assert_eq!(table("here", 1, 1).increases(&missing).len(), 1);
    }

    #[test]
    fn costs_that_are_two_percent_less_are_committed() {
        // Compares with a table of 1,000 instructions and 100 allocations: the lesser of both costs
        // is kept if one of them is much less.
        let committed = table("here", 1_000, 100);
        assert!(table("here", 980, 98).cheaper_than(&committed).is_none());
        let cheaper = table("here", 970, 101).cheaper_than(&committed).unwrap();
        let expected = Cost { instructions: 970, allocations: 100, system_calls: None };
        assert_eq!(cheaper.scenarios.get("JWKS"), Some(&expected));
    }

    #[test]
    fn another_compiler_or_processor_gives_no_verdict() {
        // Compares with tables of another machine and of this one.
        let here = table("here", 1_000, 100);
        assert!(here.no_verdict(&table("there", 2_000, 200)).is_some());
        assert_eq!(here.no_verdict(&here), None);
    }
}
