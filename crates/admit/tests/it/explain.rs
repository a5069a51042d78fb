//! `admit explain` with error numbers.

use insta::assert_snapshot;

use crate::fixtures::TestDir;

#[test]
fn an_error_number_is_explained_in_both_languages() {
    // Explains the same number in English and in Indonesian.
    let dir = TestDir::new();
    assert_snapshot!("english", dir.run(&["explain", "50011"]).success());
    let indonesian = dir.run(&["explain", "AADSTS50011", "--language", "id"]).success();
    assert_snapshot!("indonesian", indonesian);
}

#[test]
fn an_error_is_explained_from_a_label_url_text_and_json() {
    // Explains a label, a URL, a text and a JSON error, the latter also on standard input.
    let dir = TestDir::new();
    let plain = dir.run(&["explain", "7000215"]).success();
    for same in ["AADSTS7000215", "https://localhost:8443/error?code=7000215", "see AADSTS7000215!"]
    {
        assert_eq!(dir.run(&["explain", same]).success(), plain);
    }
    let body = r#"{"error":"invalid_client","error_codes":[7000215],
        "error_description":"AADSTS7000215: Said of this case. Trace ID: 1"}"#;
    let with_body = dir.run(&["explain", body]).success();
    let output = "Message of the service:\n  AADSTS7000215: Said of this case. Trace ID: 1\n";
    assert!(with_body.contains(output), "{with_body}");
    assert_eq!(dir.run_with(&["explain", "-"], body).success(), with_body);
}

#[test]
fn unknown_numbers_texts_and_languages_are_refused() {
    // Explains an unknown number, a text without number, other bytes, and an unknown language.
    let dir = TestDir::new();
    let unknown = dir.run(&["explain", "49999"]).failure();
    assert!(unknown.contains("49999 is not an error number of this service"), "{unknown}");
    let nothing = dir.run(&["explain", "why?"]).failure();
    assert!(nothing.contains("contains no error number"), "{nothing}");
    let bytes = dir.write("bytes", "");
    std::fs::write(&bytes, b"AADSTS50011 \xff\xfe ").expect("written");
    let mut command = dir.command(&["explain", "-"]);
    let output = command.stdin(std::fs::File::open(&bytes).expect("a file")).output();
    let output = output.expect("the binary runs").stderr;
    assert_eq!(output, b"admit: standard input cannot be read: it is not UTF-8 text\n");
    let language = dir.run(&["explain", "50011", "--language", "xx"]).failure();
    assert_eq!(language, "admit: unknown language `xx`; available: en, id\n");
}
