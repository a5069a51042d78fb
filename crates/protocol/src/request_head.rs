//! The parts of an HTTP request that rules read besides the parameters.

/// The head of an HTTP request.
#[derive(Clone, Debug, Default)]
pub struct RequestHead<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The URL of the endpoint under the configured origin, without query and fragment. A DPoP
    /// proof is compared with it. It may be empty if there is none.
    pub url: String,
    /// The query, without its `?`.
    pub query: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// Every `Authorization` header.
    pub authorization: Vec<&'a str>,
    /// Every `DPoP` header.
    pub dpop: Vec<&'a str>,
    /// `Origin`, which browsers send with cross-origin requests.
    pub origin: Option<&'a str>,
}
