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
    """Returns the discovery document after checking it."""
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
    response = browser.visit(url, redirect_uri=redirect_uri)
    assert response["parameters"]["state"] == state
    response_url = f"{redirect_uri}?{response['url'].split('?', 1)[1]}"
    token = web.fetch_token(
        metadata["token_endpoint"], authorization_response=response_url, code_verifier=VERIFIER
    )
    return web, token


def test_a_code_with_pkce_gets_tokens_that_can_be_refreshed(dev, browser, metadata):
    """Redeems a code by Basic, validates both tokens with the nonce, and refreshes."""
    web, token = code_flow(dev, browser, metadata, f"openid profile offline_access {dev.scope}")
    client_id = dev.client("web")["client_id"]
    identity = tokens.id_token(dev, token["id_token"], client_id, nonce="n-of-e2e")
    access = tokens.access_token(dev, token["access_token"], azp=client_id, azpacr="1")
    assert access["scp"] == dev.scope.rsplit("/", 1)[1]
    assert identity["oid"] == access["oid"]
    renewed = web.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert renewed["access_token"] != token["access_token"]
    assert tokens.access_token(dev, renewed["access_token"])["oid"] == access["oid"]


def test_a_client_without_offline_access_gets_no_refresh_token(dev, browser, metadata):
    """Requests neither offline_access nor openid, and gets no refresh token and no ID token."""
    _, token = code_flow(dev, browser, metadata, dev.scope)
    assert "refresh_token" not in token and "id_token" not in token


def test_a_second_redemption_of_a_code_revokes_its_grant(dev, browser, metadata):
    """Redeems a code twice, and then uses the refresh token of the first redemption."""
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
def test_private_key_jwt_is_accepted(dev, metadata, alg):
    """Signs an assertion with the registered RSA key and both of its algorithms."""
    client = dev.client("web-certificate")
    key = RSAKey.import_key(pathlib.Path(client["private_key_file"]).read_text())
    pem = pathlib.Path(client["private_key_file"]).with_suffix(".crt").read_text()
    session = OAuth2Session(
        client["client_id"], key.as_pem(private=True), token_endpoint_auth_method="private_key_jwt"
    )
    session.register_client_auth_method(
        PrivateKeyJWT(
            metadata["token_endpoint"], headers={"x5t#S256": tokens.sha256_thumbprint(pem)}, alg=alg
        )
    )
    token = session.fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", scope=dev.default_scope
    )
    assert tokens.access_token(dev, token["access_token"])["azpacr"] == "2"


def test_a_daemon_authenticates_by_basic(dev, metadata):
    """Authenticates by the Authorization header, and gets a token with roles."""
    token = session(dev, "daemon", "client_secret_basic").fetch_token(
        metadata["token_endpoint"], grant_type="client_credentials", scope=dev.default_scope
    )
    assert tokens.access_token(dev, token["access_token"])["roles"]


def test_a_wrong_secret_by_basic_gets_a_challenge(dev, metadata):
    """Sends a wrong secret: 401 with a Basic challenge, and the number and ids of the refusal."""
    response = requests.post(
        metadata["token_endpoint"],
        auth=(dev.client("daemon")["client_id"], "wrong"),
        timeout=10,
        data={"grant_type": "client_credentials", "scope": dev.default_scope},
    )
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    assert response.headers["x-ms-request-id"] == response.json()["trace_id"]
    assert "no-store" in response.headers["Cache-Control"]
    tokens.assert_refusal(response.json(), "invalid_client", 7000215)


def test_a_revoked_refresh_token_is_inactive(dev, browser, metadata):
    """Reads UserInfo, and introspects the refresh token before and after its revocation."""
    web, token = code_flow(dev, browser, metadata, f"openid profile offline_access {dev.scope}")
    user_info = web.get(metadata["userinfo_endpoint"]).json()
    identity = tokens.id_token(dev, token["id_token"], dev.client("web")["client_id"])
    assert user_info["sub"] == identity["sub"]

    def is_active() -> bool:
        response = web.introspect_token(
            metadata["introspection_endpoint"], token["refresh_token"], "refresh_token"
        )
        assert response.status_code == 200, response.text
        return response.json()["active"]

    assert is_active() is True
    revocation = web.revoke_token(
        metadata["revocation_endpoint"], token["refresh_token"], "refresh_token"
    )
    assert revocation.status_code == 200
    assert is_active() is False
    with pytest.raises(OAuthError) as refused:
        web.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert refused.value.error == "invalid_grant"
