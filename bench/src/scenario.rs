//! The measured scenarios in the order of the report, and what each may cost.

use std::fmt;

use clap::ValueEnum;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// The client credentials grant. The token is signed with ES256.
    ClientCredentialsEs256,
    /// The client credentials grant. The token is signed with RS256.
    ClientCredentialsRs256,
    /// The client credentials grant with a fresh assertion of the client (RFC 7523), ES256. Its use
    /// is stored.
    PrivateKeyJwt,
    /// The client credentials grant with a fresh DPoP proof that has a nonce (RFC 9449), ES256. Its
    /// use is stored.
    Dpop,
    /// The client credentials grant on a TLS 1.3 connection of its own, without resumption.
    TlsConnection,
    /// The redemption of a code for an access token, an ID token (both ES256) and a refresh token.
    Code,
    /// The refresh of a public client, which rotates its token. The access token is signed with
    /// ES256.
    Refresh,
    /// The introspection of a refresh token by its confidential client.
    Introspection,
    /// UserInfo with an access token that is signed with ES256.
    Userinfo,
    /// The key set.
    Jwks,
    /// The metadata of OpenID Connect Discovery.
    Discovery,
    /// The client credentials grant with a wrong secret.
    WrongSecret,
    /// The client credentials grant of a client that does not exist.
    UnknownClient,
    /// The revocation of a refresh token by its confidential client. After introspection, because
    /// it ends the grants.
    Revocation,
}

impl Scenario {
    /// Returns the permitted ratio of the service's CPU time to the minimal server's.
    pub(crate) const fn ratio_max(self) -> f64 {
        match self {
            Self::ClientCredentialsEs256
            | Self::PrivateKeyJwt
            | Self::Dpop
            | Self::Code
            | Self::Refresh => 1.35,
            Self::ClientCredentialsRs256 => 1.06,
            Self::TlsConnection => 1.15,
            Self::Introspection | Self::Jwks | Self::Discovery => 1.4,
            Self::Userinfo | Self::Revocation | Self::WrongSecret | Self::UnknownClient => 1.5,
        }
    }

    /// Returns whether a correct response follows a durable write.
    pub(crate) const fn is_durable(self) -> bool {
        matches!(
            self,
            Self::PrivateKeyJwt | Self::Dpop | Self::Code | Self::Refresh | Self::Revocation
        )
    }

    /// Returns the status of every correct response.
    pub(crate) const fn expected_status(self) -> u16 {
        match self {
            Self::WrongSecret | Self::UnknownClient => 401,
            _ => 200,
        }
    }

    /// Returns a text that every correct response contains.
    pub(crate) const fn expected_text(self) -> &'static str {
        match self {
            Self::ClientCredentialsEs256
            | Self::ClientCredentialsRs256
            | Self::PrivateKeyJwt
            | Self::TlsConnection => "\"access_token\"",
            Self::Dpop => "\"token_type\":\"DPoP\"",
            Self::Code => "\"id_token\"",
            Self::Refresh => "\"refresh_token\"",
            Self::Introspection => "\"active\":true",
            Self::Userinfo => "\"sub\"",
            Self::Jwks => "\"keys\"",
            Self::Discovery => "\"token_endpoint\"",
            Self::WrongSecret | Self::UnknownClient => "invalid_client",
            Self::Revocation => "",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::ClientCredentialsEs256 => "client_credentials ES256",
            Self::ClientCredentialsRs256 => "client_credentials RS256",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::Dpop => "DPoP",
            Self::TlsConnection => "TLS connection",
            Self::Code => "code exchange",
            Self::Refresh => "refresh",
            Self::Introspection => "introspection",
            Self::Userinfo => "UserInfo",
            Self::Jwks => "JWKS",
            Self::Discovery => "discovery",
            Self::WrongSecret => "wrong secret",
            Self::UnknownClient => "unknown client",
            Self::Revocation => "revocation",
        })
    }
}
