//! What is measured, in the order of the report, with the budget of each.

use std::fmt;

use clap::ValueEnum;

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// A client asks for itself; the token is signed with ES256.
    ClientCredentialsEs256,
    /// The same with RS256.
    ClientCredentialsRs256,
    /// A code becomes an access token, an ID token (both ES256) and a refresh token.
    Code,
    /// A public client's refresh token is replaced; the access token is signed with ES256.
    Refresh,
    /// A confidential client asks about its refresh token.
    Introspection,
    /// The key set.
    Jwks,
}

/// What a request may cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Budget {
    /// Processor time of the server, in microseconds.
    pub(crate) processor_us: f64,
    /// The 99th percentile of the latency, in microseconds, where there is a budget for it.
    pub(crate) p99_us: Option<u64>,
}

impl Scenario {
    /// What it may cost.
    pub(crate) const fn budget(self) -> Budget {
        let (processor_us, p99_us) = match self {
            Self::ClientCredentialsEs256 => (45.0, None),
            Self::ClientCredentialsRs256 => (310.0, None),
            Self::Code => (115.0, None),
            Self::Refresh => (85.0, Some(10_000)),
            Self::Introspection => (25.0, None),
            Self::Jwks => (13.0, None),
        };
        Budget { processor_us, p99_us }
    }

    /// What every good answer holds.
    pub(crate) const fn mark(self) -> &'static str {
        match self {
            Self::ClientCredentialsEs256 | Self::ClientCredentialsRs256 => "\"access_token\"",
            Self::Code => "\"id_token\"",
            Self::Refresh => "\"refresh_token\"",
            Self::Introspection => "\"active\":true",
            Self::Jwks => "\"keys\"",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::ClientCredentialsEs256 => "client_credentials ES256",
            Self::ClientCredentialsRs256 => "client_credentials RS256",
            Self::Code => "code exchange",
            Self::Refresh => "refresh",
            Self::Introspection => "introspection",
            Self::Jwks => "JWKS",
        })
    }
}
