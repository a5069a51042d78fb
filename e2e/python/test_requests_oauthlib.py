"""requests-oauthlib, unmodified: it raises if the scope of a response differs from the request."""

import tokens
from requests_oauthlib import OAuth2Session


def sign_in(dev, browser, scope: list[str]) -> tuple[OAuth2Session, dict]:
    """Signs in with PKCE, and redeems the code without a scope, as the library does."""
    web = dev.client("web")
    session = OAuth2Session(
        web["client_id"], redirect_uri=web["redirect_uris"][0], scope=scope, pkce="S256"
    )
    url, state = session.authorization_url(dev.endpoint("authorize"))
    response = browser.visit(url, redirect_uri=web["redirect_uris"][0])
    assert response["parameters"]["state"] == state
    token = session.fetch_token(
        dev.endpoint("token"),
        code=response["parameters"]["code"],
        client_secret=web["client_secret"],
        include_client_id=True,
    )
    return session, token


def test_a_scope_without_its_resource_comes_back_as_requested(dev, browser):
    """Requests the short form of a scope of the default resource, and refreshes."""
    short = dev.scope.rsplit("/", 1)[1]
    scope = ["openid", "offline_access", short]
    session, token = sign_in(dev, browser, scope)
    assert sorted(token["scope"]) == sorted(scope)
    assert tokens.access_token(dev, token["access_token"])["scp"] == short
    web = dev.client("web")
    renewed = session.refresh_token(
        dev.endpoint("token"),
        client_id=web["client_id"],
        client_secret=web["client_secret"],
    )
    assert sorted(renewed["scope"]) == sorted(scope)


def test_a_scope_with_its_resource_comes_back_as_requested(dev, browser):
    """Requests the long form of the same scope."""
    scope = ["openid", dev.scope]
    _, token = sign_in(dev, browser, scope)
    assert sorted(token["scope"]) == sorted(scope)
