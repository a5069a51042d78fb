"""PyJWT, unmodified and without leeway: it refuses a token whose `iat` is in the future."""

import datetime

import jwt
import jwt.api_jwt
import pytest
import secrets_used
from requests_oauthlib import OAuth2Session


class Clock(datetime.datetime):
    """The clock of the machine on which PyJWT runs."""

    behind = datetime.timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) - cls.behind


@pytest.fixture
def clock(monkeypatch):
    """Gives PyJWT a clock that can be wrong."""
    monkeypatch.setattr(jwt.api_jwt, "datetime", Clock)
    yield Clock
    Clock.behind = datetime.timedelta()


def sign_in(dev, browser) -> dict:
    """Returns fresh tokens of a user who has just signed in."""
    web = dev.client("web")
    redirect_uri = web["redirect_uris"][0]
    scope = ["openid", dev.scope]
    session = OAuth2Session(
        web["client_id"], redirect_uri=redirect_uri, scope=scope, pkce="S256"
    )
    url, _ = session.authorization_url(dev.endpoint("authorize"), prompt="login")
    response = browser.visit(url, redirect_uri=redirect_uri)
    issued = session.fetch_token(
        dev.endpoint("token"),
        code=response["parameters"]["code"],
        client_secret=web["client_secret"],
        include_client_id=True,
    )
    secrets_used.record(issued["access_token"], issued["id_token"])
    return issued


def decode(dev, token: str, audience: str) -> dict:
    """Returns the claims of a token, as an app with PyJWT does: leeway is 0 by default."""
    keys = jwt.PyJWKClient(f"{dev.authority}/discovery/v2.0/keys")
    key = keys.get_signing_key_from_jwt(token)
    required = {"require": ["exp", "iat", "iss", "aud", "sub"]}
    return jwt.decode(
        token,
        key,
        algorithms=["ES256", "RS256"],
        audience=audience,
        issuer=dev.issuer,
        options=required,
    )


def test_fresh_tokens_are_valid_by_a_clock_that_is_behind(dev, browser, clock):
    """Decodes an access and an ID token with clocks that are up to 50 seconds behind, then with one
    that is two minutes behind, which PyJWT notices."""
    issued = sign_in(dev, browser)
    rows = [
        ("access_token", dev.resource["identifier"]),
        ("id_token", dev.client("web")["client_id"]),
    ]
    for name, audience in rows:
        for seconds in (0, 1, 50):
            clock.behind = datetime.timedelta(seconds=seconds)
            claims = decode(dev, issued[name], audience)
        assert claims["exp"] - claims["iat"] == issued["expires_in"] + 60
        clock.behind = datetime.timedelta(minutes=2)
        with pytest.raises(jwt.ImmatureSignatureError):
            decode(dev, issued[name], audience)


def test_an_expired_token_is_not_valid_longer_by_a_right_clock(dev, browser, clock):
    """Decodes a token with clocks just before and just after `expires_in` seconds from now."""
    issued = sign_in(dev, browser)
    clock.behind = datetime.timedelta(seconds=30 - issued["expires_in"])
    decode(dev, issued["access_token"], dev.resource["identifier"])
    clock.behind = datetime.timedelta(seconds=-1 - issued["expires_in"])
    with pytest.raises(jwt.ExpiredSignatureError):
        decode(dev, issued["access_token"], dev.resource["identifier"])
