//! What of an HTTP request the rules look at, besides its parameters.

/// The head of a request, borrowed from whatever carries it.
#[derive(Clone, Debug, Default)]
pub struct Head<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The URL that was called, by configuration's origin, without query and fragment.
    pub url: String,
    /// The query, without its `?`.
    pub query: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// Every `Authorization` header.
    pub authorization: Vec<&'a str>,
    /// Every `DPoP` header.
    pub dpop: Vec<&'a str>,
    /// `Origin`: a browser calls across origins.
    pub origin: Option<&'a str>,
}
