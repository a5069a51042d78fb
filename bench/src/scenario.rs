//! The measured scenarios in the order of the report, and their budgets.

use std::fmt;

use clap::ValueEnum;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// The client credentials grant. The token is signed with ES256.
    ClientCredentialsEs256,
    /// The client credentials grant. The token is signed with RS256.
    ClientCredentialsRs256,
    /// The redemption of a code for an access token, an ID token (both ES256) and a refresh token.
    Code,
    /// The refresh of a public client, which rotates its token. The access token is signed with
    /// ES256.
    Refresh,
    /// The introspection of a refresh token by its confidential client.
    Introspection,
    /// The key set.
    Jwks,
}

/// The permitted cost of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Budget {
    /// CPU time of the server in microseconds.
    pub(crate) cpu_us: f64,
    /// The 99th percentile of the latency in microseconds, if it has a budget.
    pub(crate) p99_us: Option<u64>,
}

impl Scenario {
    /// Returns the budget.
    pub(crate) const fn budget(self) -> Budget {
        let (cpu_us, p99_us) = match self {
            Self::ClientCredentialsEs256 => (45.0, None),
            Self::ClientCredentialsRs256 => (310.0, None),
            Self::Code => (115.0, None),
            Self::Refresh => (85.0, Some(10_000)),
            Self::Introspection => (25.0, None),
            Self::Jwks => (13.0, None),
        };
        Budget { cpu_us, p99_us }
    }

    /// Returns a text that every successful response contains.
    pub(crate) const fn expected_text(self) -> &'static str {
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
