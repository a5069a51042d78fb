//! `examples.toml`: a request and its response for each number, written as Rust.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::emit::{NOTE, separated};

/// One entry of `examples.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub(crate) number: u32,
    pub(crate) request: String,
    pub(crate) response: String,
    pub(crate) page: bool,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    example: Vec<Example>,
}

/// Reads the examples, which a test of the service wrote.
pub(crate) fn read(path: &Path) -> Result<Vec<Example>, Vec<String>> {
    let failed = |error: String| vec![format!("examples.toml: {error}")];
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let file: File = toml::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let sorted = file.example.is_sorted_by(|one, next| one.number < next.number);
    if sorted { Ok(file.example) } else { Err(failed("not sorted by number".to_owned())) }
}

/// Generates `generated/examples.rs`, not yet formatted.
pub(super) fn rust(examples: &[Example]) -> String {
    let mut text = format!("//! Every example of `examples.toml`.\n\n{NOTE}");
    text.push_str("use crate::example::Example;\n\n");
    let _ = writeln!(text, "pub(crate) static EXAMPLES: [Example; {}] = [", examples.len());
    for Example { number, request, response, page } in examples {
        let _ = writeln!(
            text,
            "Example {{ number: {}, request: {request:?}, response: {response:?}, page: {page} }},",
            separated(*number)
        );
    }
    text.push_str("];\n");
    text
}
