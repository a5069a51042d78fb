//! Whether the owner of a redirect URI is known: otherwise no code is given without a click
//! (RFC 8252 §8.6).

use model::{Client, Platform, is_loopback_url};

/// Returns whether only the client can receive a code at the redirect target, or prove at the token
/// endpoint that it is the client.
///
/// - A confidential client authenticates when it redeems the code.
/// - An `https` URL belongs to the owner of its host, also as a claimed URL of a native app.
/// - Every program of the machine can listen at a loopback URL, and every app can claim a
///   private-use scheme. An administrator can accept the second (`silent`), never the first.
/// - In a service for development, a loopback URL of a page stands for the `https` URL that it will
///   have. That of a native app stays what it is.
pub fn is_owner_known(client: &Client, (uri, platform): (&str, Platform)) -> bool {
    if !client.public {
        return true;
    }
    if is_loopback_url(uri) {
        return client.any_loopback && platform != Platform::Native;
    }
    let (scheme, _) = uri.split_once(':').unwrap_or_default();
    match scheme {
        "https" => true,
        "http" => false,
        _ => client.silent,
    }
}
