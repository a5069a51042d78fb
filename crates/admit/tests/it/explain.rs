//! Refusals explained on the command line.

use insta::assert_snapshot;

use crate::run::Place;

#[test]
fn a_refusal_is_explained_in_either_language() {
    // The same number in English and in Indonesian.
    let place = Place::new();
    assert_snapshot!("english", place.run(&["explain", "50011"]).done());
    let indonesian = place.run(&["explain", "AADSTS50011", "--language", "id"]).done();
    assert_snapshot!("indonesian", indonesian);
}

#[test]
fn whatever_people_paste_is_explained_alike() {
    // A label, an address and a body, the body also on standard input.
    let place = Place::new();
    let plain = place.run(&["explain", "7000215"]).done();
    for same in ["AADSTS7000215", "https://localhost:8443/error?code=7000215", "see AADSTS7000215!"]
    {
        assert_eq!(place.run(&["explain", same]).done(), plain);
    }
    let body = r#"{"error":"invalid_client","error_codes":[7000215],
        "error_description":"AADSTS7000215: Said of this case. Trace ID: 1"}"#;
    let with_body = place.run(&["explain", body]).done();
    let said = "What the service said:\n  AADSTS7000215: Said of this case. Trace ID: 1\n";
    assert!(with_body.contains(said), "{with_body}");
    assert_eq!(place.run_with(&["explain", "-"], body).done(), with_body);
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    // A number that nobody gives, a text without one, a language that is not shipped.
    let place = Place::new();
    let unknown = place.run(&["explain", "49999"]).refused();
    assert!(unknown.contains("49999 is not a number that this service gives"), "{unknown}");
    let nothing = place.run(&["explain", "why?"]).refused();
    assert!(nothing.contains("no error number was found"), "{nothing}");
    let bytes = place.write("bytes", "");
    std::fs::write(&bytes, b"AADSTS50011 \xff\xfe ").expect("written");
    let mut command = place.command(&["explain", "-"]);
    let output = command.stdin(std::fs::File::open(&bytes).expect("a file")).output();
    let said = output.expect("the binary runs").stderr;
    assert_eq!(said, b"admit: standard input cannot be read: it is not text in UTF-8\n");
    let language = place.run(&["explain", "50011", "--language", "xx"]).refused();
    assert_eq!(language, "admit: there is no language `xx`; there is: en, id\n");
}
