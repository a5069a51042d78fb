"""Authlib, unmodified: code with PKCE, refresh, private_key_jwt, client credentials, validation."""

import pathlib

import pytest
import requests
import tokens
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

VERIFIER = "e2e-verifier.0123456789~abcdefghijklmnopqrstuvwxyz_ABCDEF"


@pytest.fixture(scope="module")
def metadata(dev) -> dict:
    """The discovery document, read once as a strict client reads it."""
    document = requests.get(f"{dev.issuer}/.well-known/openid-configuration", timeout=10).json()
    assert document["issuer"] == dev.issuer
    assert "S256" in document["code_challenge_methods_supported"]
    assert document["authorization_response_iss_parameter_supported"] is True
    return document


def session(dev, name: str, method: str, **more) -> OAuth2Session:
    client = dev.client(name)
    return OAuth2Session(
        client["client_id"], client.get("client_secret"), token_endpoint_auth_method=method, **more
    )


def code_flow(dev, browser, metadata, scope: str) -> tuple[OAuth2Session, dict]:
    redirect_uri = dev.client("web")["redirect_uris"][0]
    web = session(
        dev,
        "web",
        "client_secret_basic",
        redirect_uri=redirect_uri,
        scope=scope,
        code_challenge_method="S256",
    )
    url, state = web.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-of-e2e"
    )
    back = browser.visit(url, redirect_uri=redirect_uri)
    assert back["parameters"]["state"] == state
    response = f"{redirect_uri}?{back['url'].split('?', 1)[1]}"
    token = web.fetch_token(
        metadata["token_endpoint"], authorization_response=response, code_verifier=VERIFIER
    )
    return web, token


def test_code_with_pkce_then_refresh(dev, browser, metadata):
    """By Basic; both tokens validated with the nonce, then a refresh for the same person."""
    web, token = code_flow(dev, browser, metadata, f"openid profile offline_access {dev.scope}")
    client_id = dev.client("web")["client_id"]
    identity = tokens.id_token(dev, token["id_token"], client_id, nonce="n-of-e2e")
    access = tokens.access_token(dev, token["access_token"], azp=client_id, azpacr="1")
    assert access["scp"] == dev.scope.rsplit("/", 1)[1]
    assert identity["oid"] == access["oid"]
    renewed = web.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert renewed["access_token"] != token["access_token"]
    assert tokens.access_token(dev, renewed["access_token"])["oid"] == access["oid"]


def test_no_refresh_token_without_offline_access(dev, browser, metadata):
    """A client that did not ask for offline_access gets none, and no ID token without openid."""
    _, token = code_flow(dev, browser, metadata, dev.scope)
    assert "refresh_token" not in token and "id_token" not in token


def test_a_code_is_redeemed_once_and_the_replay_ends_the_grant(dev, browser, metadata):
    """The second redemption is invalid_grant; the refresh token of the first works no more."""
    web, token = code_flow(dev, browser, metadata, f"openid offline_access {dev.scope}")
    url, _ = web.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=VERIFIER
    )
    redirect_uri = dev.client("web")["redirect_uris"][0]
    code = browser.visit(url, redirect_uri=redirect_uri)["parameters"]["code"]
    first = web.fetch_token(metadata["token_endpoint"], code=code, code_verifier=VERIFIER)
    with pytest.raises(OAuthError) as replay:
        web.fetch_token(metadata["token_endpoint"], code=code, code_verifier=VERIFIER)
    assert replay.value.error == "invalid_grant"
    with pytest.raises(OAuthError) as revoked:
        web.refresh_token(metadata["token_endpoint"], refresh_token=first["refresh_token"])
    assert revoked.value.error == "invalid_grant"
    assert web.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_private_key_jwt(dev, metadata, alg):
    """An assertion signed by the registered key, under both algorithms of one RSA key."""
    client = dev.client("web-certificate")
    key = RSAKey.import_key(pathlib.Path(client["private_key_file"]).read_text())
    pem = pathlib.Path(client["private_key_file"]).with_suffix(".crt").read_text()
    one = OAuth2Session(
        client["client_id"], key.as_pem(private=True), token_endpoint_auth_method="private_key_jwt"
    )
    one.register_client_auth_method(
        PrivateKeyJWT(
            metadata["token_endpoint"], headers={"x5t#S256": tokens.sha256_thumbprint(pem)}, alg=alg
        )
    )
    token = one.fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", scope=dev.default_scope
    )
    assert tokens.access_token(dev, token["access_token"])["azpacr"] == "2"


def test_client_credentials_by_basic(dev, metadata):
    """The daemon authenticates by the Authorization header and gets its roles."""
    token = session(dev, "daemon", "client_secret_basic").fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", scope=dev.default_scope
    )
    assert tokens.access_token(dev, token["access_token"])["roles"]


def test_a_wrong_secret_by_basic(dev, metadata):
    """401 with the challenge of the scheme that was used, and the refusal's number and ids."""
    answer = requests.post(
        metadata["token_endpoint"],
        auth=(dev.client("daemon")["client_id"], "wrong"),
        timeout=10,
        data={"grant_type": "client_credentials", "scope": dev.default_scope},
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert answer.headers["x-ms-request-id"] == answer.json()["trace_id"]
    assert "no-store" in answer.headers["Cache-Control"]
    tokens.assert_refusal(answer.json(), "invalid_client", 7000215)


def test_userinfo_introspection_and_revocation(dev, browser, metadata):
    """UserInfo names the person; introspection turns inactive once the refresh token is revoked."""
    web, token = code_flow(dev, browser, metadata, f"openid profile offline_access {dev.scope}")
    told = web.get(metadata["userinfo_endpoint"]).json()
    identity = tokens.id_token(dev, token["id_token"], dev.client("web")["client_id"])
    assert told["sub"] == identity["sub"]

    def active() -> bool:
        answer = web.introspect_token(
            metadata["introspection_endpoint"], token["refresh_token"], "refresh_token"
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["active"]

    assert active() is True
    gone = web.revoke_token(
        metadata["revocation_endpoint"], token["refresh_token"], "refresh_token"
    )
    assert gone.status_code == 200
    assert active() is False
    with pytest.raises(OAuthError) as refused:
        web.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert refused.value.error == "invalid_grant"
