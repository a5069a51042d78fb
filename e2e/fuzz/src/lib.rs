//! Fuzzing on stable Rust: a target runs on the inputs of a corpus, and on mutations of them.
//!
//! A target is a test: `fuzz::run("jws", DICTIONARY, |input| …)`. It fails if the target panics.
//! `FUZZ_SECONDS` is the duration of each target (without it, a few hundred inputs), `FUZZ_SEED`
//! repeats a run. The corpus of a target is the folder `corpus/NAME` of this crate.

mod mutation;

use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mutation::Mutator;

/// The number of inputs without `FUZZ_SECONDS`.
const INPUTS: u64 = 300;
/// The number of inputs between two looks at the clock.
const AT_ONCE: u64 = 16;

/// Runs a target on its corpus and on mutations of it. Inputs that are not UTF-8 are included.
///
/// # Panics
/// The target panicked. The input is printed, and stored in `e2e/output`.
pub fn run(name: &str, dictionary: &[&str], mut target: impl FnMut(&[u8])) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "the folder e2e/fuzz/corpus/{name} has inputs");
    let number = |variable: &str| std::env::var(variable).ok()?.parse().ok();
    let seconds: Option<u64> = number("FUZZ_SECONDS");
    let start = now();
    let seed = number("FUZZ_SEED").unwrap_or_else(mutation::seed);
    let mut check = |input: &[u8]| {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(input))) {
            report(name, seed, input);
            resume_unwind(panic);
        }
    };
    for input in &corpus {
        check(input);
    }
    let mut mutator = Mutator::new(seed, &corpus, dictionary);
    let mut inputs = 0;
    let is_finished = |inputs: u64| match seconds {
        Some(seconds) => start.elapsed() >= Duration::from_secs(seconds),
        None => inputs >= INPUTS,
    };
    while !is_finished(inputs) {
        for _ in 0..AT_ONCE {
            check(&mutator.next_input());
        }
        inputs += AT_ONCE;
    }
    print(&format!("fuzz {name}: {inputs} inputs, {} in the corpus, seed {seed}", corpus.len()));
}

/// Runs a target whose input is a text. Inputs that are not UTF-8 are converted.
pub fn run_text(name: &str, dictionary: &[&str], mut target: impl FnMut(&str)) {
    run(name, dictionary, |input| target(&String::from_utf8_lossy(input)));
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    // A seed gives the same inputs on every file system.
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}

/// Prints an input that panics, and stores it, so that it can become a unit test.
fn report(name: &str, seed: u64, input: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../output");
    let file = folder.join(format!("fuzz-{name}"));
    let stored = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input)).is_ok();
    let place = if stored { file.display().to_string() } else { "not stored".to_owned() };
    print(&format!("fuzz {name}: PANIC, seed {seed}, {place}: b\"{}\"", input.escape_ascii()));
}

fn print(line: &str) {
    // The harness of Rust shows the output of a test that failed; a log shows the others.
    writeln!(std::io::stdout(), "{line}").unwrap_or_default();
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the duration of a run is an option")]
    Instant::now()
}
