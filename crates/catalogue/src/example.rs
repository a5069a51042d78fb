//! For each number, a request that really got it, and the answer.

use crate::generated::examples::EXAMPLES;

/// What was sent and what came back. What differs from one time to the next, or is secret, stands
/// as its name in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The number that the answer gives.
    pub number: u32,
    /// Method, address, the headers that matter, and the parameters, decoded, one on each line.
    pub request: &'static str,
    /// Status, the headers that matter, and the body where it is none of our pages.
    pub answer: &'static str,
    /// The answer is a page of ours, which says the refusal's texts.
    pub page: bool,
}

/// The example of a number.
pub fn example(number: u32) -> Option<&'static Example> {
    let place = EXAMPLES.binary_search_by_key(&number, |example| example.number).ok()?;
    EXAMPLES.get(place)
}
