//! Realistic values for the parameters of all descriptions, for error simulation and examples.

/// Returns a realistic value for a parameter.
pub fn sample(parameter: &str) -> &'static str {
    match parameter {
        "accepted" => "ES256, RS256",
        "address" => "https://login.example/acme/v2.0/.well-known/openid-configuration",
        "algorithm" => "HS256",
        "allowed" | "method" => "POST",
        "audience" | "authenticated" | "client_id" | "issuer" | "subject" | "jti" | "trace_id" => {
            "6b1f0c52-0d5e-4e3a-9c4f-2a1c3f5d7e91"
        }
        "attribute" => "name",
        "check" => "verification",
        "claim" => "aud",
        "client" => "Sample",
        "codings" => "gzip",
        "contact" => "help@app.example",
        "days" => "365",
        "content_type" => "application/json",
        "contexts" => "c7",
        "count" => "4",
        "direction" => "behind",
        "domain" => "spam.example",
        "domains" => "app.example, partner.example",
        "error" => "access_denied",
        "expected" => "https://app.example/callback",
        "expired" | "issued" | "last_used" | "now" | "revoked" | "since" | "valid_from"
        | "valid_until" => "2026-01-01 00:00:00Z",
        "first" => "client_secret_basic",
        "format" => "tpm",
        "grant_type" => "authorization_code",
        "host" => "app.example",
        "hours" | "length" | "limit" | "max_age" | "minutes" | "seconds" => "10",
        "key" | "thumbprint" => "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
        "known" => "c1, c2",
        "last_count" => "5",
        "member" => "clientDataJSON",
        "minimum" => "12",
        "model" => "2fc0579f-8113-47ea-b116-bb5a8db9202a",
        "origin" => "https://app.example",
        "parameter" => "scope",
        "path" => "/sample/oauth2/v2.0/elsewhere",
        "prompt" => "none",
        "received" | "redirect_uri" | "uri" => "https://app.example/callback/",
        "resource" => "api://sample",
        "response_mode" => "query",
        "response_type" => "token",
        "scheme" => "Digest",
        "scope" => "read",
        "second" => "client_secret_post",
        "tenant" => "acme",
        "version" => "2026-11",
        "username" => "alex@app.example",
        "value" => "Asia/Atlantis",
        _ => "sample",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entries;

    #[test]
    fn every_parameter_of_the_catalogue_has_a_sample_value() {
        // Looks up each parameter; `sample` is the fallback for a missing one.
        for entry in entries() {
            for parameter in entry.parameters {
                let has_value = sample(parameter) != "sample";
                assert!(has_value, "{}: {parameter}", entry.label());
            }
        }
    }
}
