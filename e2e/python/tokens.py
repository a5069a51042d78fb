"""Strict validation of tokens and refusals, as by a resource or a client."""

import base64
import re
import uuid

import requests
import secrets_used
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from joserfc import jwt
from joserfc.jwk import KeySet

SUFFIX = re.compile(
    r" Trace ID: (?P<trace>[0-9a-f-]{36}) Correlation ID: (?P<correlation>[0-9a-f-]{36})"
    r" Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$"
)


def validate(dev, token: str, typ: str, algorithms: list[str], **expected) -> dict:
    """Returns the claims of a token after checking signature, type, issuer, times and values."""
    secrets_used.record(token)
    keys = KeySet.import_key_set(
        requests.get(f"{dev.authority}/discovery/v2.0/keys", timeout=10).json()
    )
    decoded = jwt.decode(token, keys, algorithms=algorithms)
    assert decoded.header["typ"] == typ
    assert decoded.header["kid"]
    essential = {name: {"essential": True, "value": value} for name, value in expected.items()}
    present = {name: {"essential": True} for name in ("iat", "exp", "sub")}
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": dev.issuer}, **present, **essential
    ).validate(decoded.claims)
    return decoded.claims


def access_token(dev, token: str, **expected) -> dict:
    """Returns the claims of an RFC 9068 access token."""
    claims = validate(
        dev, token, "at+jwt", ["ES256", "RS256"], tid=dev.tenant_id, ver="2.0", **expected
    )
    assert claims["aud"] and claims["jti"] and claims["client_id"] == claims["azp"]
    return claims


def id_token(dev, token: str, client_id: str, **expected) -> dict:
    """Returns the claims of an OpenID Connect ID token."""
    return validate(dev, token, "JWT", ["RS256"], aud=client_id, tid=dev.tenant_id, **expected)


def assert_refusal(body: dict, error: str, number: int) -> None:
    """Checks error, number and ids in the JSON of a refusal, and the page at its `error_uri`."""
    assert body["error"] == error, body
    assert body["error_codes"][0] == number, body
    assert body["error_description"].startswith(f"AADSTS{number}: "), body
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", body["error_description"]), body
    suffix = SUFFIX.search(body["error_description"])
    assert suffix, body
    assert suffix["trace"] == body["trace_id"] == str(uuid.UUID(body["trace_id"]))
    assert suffix["correlation"] == body["correlation_id"] == str(uuid.UUID(body["correlation_id"]))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", body["timestamp"])
    # A service for development names the request too.
    uri = f"/error?code={number}&request={body['trace_id']}"
    assert body["error_uri"].endswith(uri), body
    page = requests.get(body["error_uri"], timeout=10)
    assert page.status_code == 200 and str(number) in page.text


def sha256_thumbprint(pem: str) -> str:
    """Returns the `x5t#S256` of a certificate (RFC 7515 §4.1.8)."""
    digest = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256())
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
