//! For each error number, a recorded request and its response.

use crate::generated::examples::EXAMPLES;

/// A request and its response. Values that are secret or differ from one run to the next are
/// replaced by their names in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The error number of the response.
    pub number: u32,
    /// Method, URL, relevant headers, and the decoded parameters, one per line.
    pub request: &'static str,
    /// Status, relevant headers, and the body unless it is a page.
    pub response: &'static str,
    /// The response is a page that shows the texts of the refusal.
    pub page: bool,
}

/// Returns the example of an error number.
pub fn example(number: u32) -> Option<&'static Example> {
    let index = EXAMPLES.binary_search_by_key(&number, |example| example.number).ok()?;
    EXAMPLES.get(index)
}
