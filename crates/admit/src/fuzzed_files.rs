//! Fuzzing of the files that commands read.

use std::path::Path;

use jose::seal::{Keyring, RootKey};

use crate::apply::declaration::{Declaration, Sources};
use crate::backup_manifest::Manifest;
use crate::config::Config;

const TOML: &[&str] = &[
    "[[",
    "]]",
    "[",
    "{",
    "}",
    "\"\"\"",
    "'''",
    " = ",
    "\\u0000",
    "\\",
    "#",
    "true",
    "-1",
    "1e400",
    "\"\"",
    "1979-05-27T00:00:00Z",
    "tenants",
    "clients",
    "listeners",
    "9223372036854775808",
    "\n",
    ",",
];

#[test]
fn fuzzed_configuration_never_panics() {
    // Parses mutated configurations. Problems are shown with their places in the file.
    fuzz::run_text("config", TOML, |input| {
        if let Err(problems) = Config::parse(Path::new("admit.toml"), input) {
            assert!(problems.to_string().contains("admit.toml"));
        }
    });
}

#[test]
fn fuzzed_declaration_never_panics() {
    // Parses mutated declarations. Problems are shown with their places in the file.
    let sources = Sources { directory: Path::new("."), variable: &|_| None };
    fuzz::run_text("declaration", TOML, |input| {
        if let Err(problems) = Declaration::parse(Path::new("directory.toml"), input, &sources) {
            assert!(problems.to_string().contains("directory.toml"));
        }
    });
}

#[test]
fn fuzzed_manifest_of_a_backup_is_refused() {
    // Verifies mutated manifests, none of which was sealed with this root key.
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let directory = tempfile::tempdir().expect("a directory");
    let words =
        ["\"format\":", "\"files\":[", "\"seal\":\"", "\"../../etc/passwd\"", "1e999", "null"];
    fuzz::run("manifest", &words, |input| {
        std::fs::write(directory.path().join("manifest.json"), input).expect("written");
        assert!(Manifest::verify(directory.path(), &keyring).is_err());
    });
}
