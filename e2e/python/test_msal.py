"""MSAL for Python, unmodified: secret, certificate, code flow, silent refresh, refusals."""

import base64
import concurrent.futures
import hashlib
import json
import pathlib
import re
import webbrowser

import msal
import pytest
import requests
import tokens
from cryptography import x509
from cryptography.hazmat.primitives import hashes

# The options that a self-hosted authority needs, and no others.
SELF_HOSTED = {"instance_discovery": False}


def confidential(dev, name: str, credential, **more) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        dev.client(name)["client_id"],
        authority=dev.authority,
        verify=dev.ca_file,
        client_credential=credential,
        **SELF_HOSTED,
        **more,
    )


def with_secret(dev, name: str) -> msal.ConfidentialClientApplication:
    return confidential(dev, name, dev.client(name)["client_secret"])


def certificate(dev) -> tuple[str, str, x509.Certificate]:
    key = pathlib.Path(dev.client("web-certificate")["private_key_file"])
    pem = key.with_suffix(".crt").read_text()
    return key.read_text(), pem, x509.load_pem_x509_certificate(pem.encode())


def sign_in(dev, browser, application, redirect_uri: str, **more) -> dict:
    flow = application.initiate_auth_code_flow([dev.scope], redirect_uri=redirect_uri, **more)
    assert flow.get("code_verifier"), flow
    response = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri)
    expected = "POST" if more.get("response_mode") == "form_post" else "GET"
    assert response["method"] == expected
    assert response["parameters"]["iss"] == dev.issuer
    return application.acquire_token_by_auth_code_flow(flow, response["parameters"])


def assert_user_tokens(dev, result: dict, client_id: str) -> None:
    assert "error" not in result, result
    assert result["token_type"] == "Bearer" and 0 < result["expires_in"] <= 86400
    claims = tokens.access_token(dev, result["access_token"], azp=client_id)
    assert dev.scope.rsplit("/", 1)[1] in claims["scp"].split()
    identity = tokens.id_token(dev, result["id_token"], client_id)
    assert identity["preferred_username"] == dev.user["username"]
    info = json.loads(base64.urlsafe_b64decode(result["client_info"] + "=="))
    assert info == {"uid": identity["oid"], "utid": dev.tenant_id}


def assert_daemon_token(dev, result: dict, name: str, acr: str) -> None:
    assert "error" not in result, result
    claims = tokens.access_token(dev, result["access_token"], azp=dev.client(name)["client_id"])
    assert claims["azpacr"] == acr and "scp" not in claims
    assert "refresh_token" not in result and "id_token" not in result


def test_a_daemon_gets_a_token_with_its_roles(dev):
    """Validates the token, and compares its roles with those of the resource."""
    result = with_secret(dev, "daemon").acquire_token_for_client([dev.default_scope])
    assert_daemon_token(dev, result, "daemon", "1")
    claims = tokens.access_token(dev, result["access_token"])
    assert set(claims["roles"]) and set(claims["roles"]) <= set(dev.resource["roles"])


def test_a_client_in_oidc_mode_gets_a_token(dev):
    """Creates the client with the issuer instead of the authority."""
    daemon = dev.client("daemon")
    application = msal.ConfidentialClientApplication(
        daemon["client_id"],
        oidc_authority=dev.issuer,
        verify=dev.ca_file,
        client_credential=daemon["client_secret"],
    )
    result = application.acquire_token_for_client([dev.default_scope])
    assert_daemon_token(dev, result, "daemon", "1")


def test_a_certificate_is_found_by_its_sha1_thumbprint(dev):
    """Sends an assertion with a padded `x5t`; `azpacr` has the value for certificates."""
    key, _, cert = certificate(dev)
    thumbprint = cert.fingerprint(hashes.SHA1()).hex()
    application = confidential(
        dev, "web-certificate", {"private_key": key, "thumbprint": thumbprint}
    )
    assert_daemon_token(
        dev, application.acquire_token_for_client([dev.default_scope]), "web-certificate", "2"
    )


def test_a_certificate_is_found_by_x5c(dev):
    """Sends an assertion with the certificate in `x5c`."""
    key, pem, cert = certificate(dev)
    thumbprint = cert.fingerprint(hashes.SHA1()).hex()
    credential = {"private_key": key, "thumbprint": thumbprint, "public_certificate": pem}
    application = confidential(dev, "web-certificate", credential)
    assert_daemon_token(
        dev, application.acquire_token_for_client([dev.default_scope]), "web-certificate", "2"
    )


def test_an_unregistered_thumbprint_is_refused(dev):
    """Signs with the registered key, but sends another thumbprint."""
    key, _, _ = certificate(dev)
    thumbprint = hashlib.sha1(b"another certificate").hexdigest()
    application = confidential(
        dev, "web-certificate", {"private_key": key, "thumbprint": thumbprint}
    )
    tokens.assert_refusal(
        application.acquire_token_for_client([dev.default_scope]), "invalid_client", 700027
    )


def test_a_wrong_secret_is_refused_with_its_error_number(dev):
    """Sends a wrong secret, and checks the number, the ids and the linked page."""
    application = confidential(dev, "daemon", "not-the-secret")
    result = application.acquire_token_for_client([dev.default_scope])
    tokens.assert_refusal(result, "invalid_client", 7000215)


def test_an_unknown_client_is_refused_with_its_error_number(dev):
    """Sends an unregistered client id."""
    application = msal.ConfidentialClientApplication(
        "5f1b4b8e-0000-4000-8000-000000000000",
        authority=dev.authority,
        verify=dev.ca_file,
        client_credential="whatever",
        **SELF_HOSTED,
    )
    result = application.acquire_token_for_client([dev.default_scope])
    tokens.assert_refusal(result, "invalid_client", 700016)


def test_an_unknown_resource_is_refused_with_its_error_number(dev):
    """Requests a scope of an unknown resource, which the description of the refusal contains."""
    result = with_secret(dev, "daemon").acquire_token_for_client(["api://nobody/.default"])
    tokens.assert_refusal(result, "invalid_scope", 500011)
    assert "api://nobody" in result["error_description"]


@pytest.mark.parametrize("response_mode", ["query", "form_post"])
def test_a_user_signs_in_and_the_client_gets_tokens(dev, browser, response_mode):
    """Gets the code by query and by form_post, and compares the user in the tokens."""
    redirect_uri = dev.client("web")["redirect_uris"][0]
    application = with_secret(dev, "web")
    result = sign_in(dev, browser, application, redirect_uri, response_mode=response_mode)
    assert_user_tokens(dev, result, dev.client("web")["client_id"])


def test_a_silent_call_refreshes_the_token(dev, browser):
    """Gets cached tokens, and with force_refresh new ones for the same user."""
    web = dev.client("web")
    application = with_secret(dev, "web")
    first = sign_in(dev, browser, application, web["redirect_uris"][0])
    (account,) = application.get_accounts()
    assert account["username"] == dev.user["username"]
    cached = application.acquire_token_silent([dev.scope], account)
    assert cached["token_source"] == "cache"
    second = application.acquire_token_silent([dev.scope], account, force_refresh=True)
    assert second["token_source"] == "identity_provider"
    assert second["access_token"] != first["access_token"]
    before = tokens.access_token(dev, first["access_token"])
    after = tokens.access_token(dev, second["access_token"])
    assert after["sub"] == before["sub"] and after["oid"] == before["oid"]
    third = application.acquire_token_silent([dev.scope], account, force_refresh=True)
    assert third["access_token"] not in (first["access_token"], second["access_token"])


def test_an_undefined_scope_is_refused_in_the_redirect(dev, browser):
    """Gets invalid_scope from the authorization endpoint, with the number and the state."""
    application = with_secret(dev, "web")
    redirect_uri = dev.client("web")["redirect_uris"][0]
    flow = application.initiate_auth_code_flow(
        [f"{dev.resource['identifier']}/No.Such"], redirect_uri=redirect_uri
    )
    error = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri)["parameters"]
    assert error["error"] == "invalid_scope" and error["state"] == flow["state"]
    assert error["error_description"].startswith("AADSTS") and error["iss"] == dev.issuer


def test_a_cancelled_consent_gives_access_denied(dev, browser):
    """Cancels the consent page, and compares the error and the state."""
    application = with_secret(dev, "web")
    redirect_uri = dev.client("web")["redirect_uris"][0]
    flow = application.initiate_auth_code_flow(
        [dev.scope], redirect_uri=redirect_uri, prompt="consent"
    )
    response = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri, consent=False)
    assert "consent" in response["pages"]
    assert response["parameters"]["error"] == "access_denied"
    assert response["parameters"]["state"] == flow["state"]


def test_a_native_app_signs_in_over_loopback(dev, browser, monkeypatch):
    """Uses acquire_token_interactive, which receives the code by form_post on a free port."""
    native = dev.client("native")["client_id"]
    application = msal.PublicClientApplication(
        native, authority=dev.authority, verify=dev.ca_file, **SELF_HOSTED
    )
    with concurrent.futures.ThreadPoolExecutor() as executor:
        visits = []

        def open_browser(url: str) -> bool:
            visits.append(executor.submit(browser.visit, url, fresh=True))
            return True

        monkeypatch.setattr(webbrowser, "open", open_browser)
        result = application.acquire_token_interactive([dev.scope], timeout=60)
        assert "sign-in" in visits[0].result()["pages"]
    assert_user_tokens(dev, result, native)
    (account,) = application.get_accounts()
    renewed = application.acquire_token_silent([dev.scope], account, force_refresh=True)
    assert renewed["token_source"] == "identity_provider", renewed
    assert tokens.access_token(dev, renewed["access_token"])["azpacr"] == "0"


def large_orders(dev, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{dev.origin}/demo-app/orders/large", headers=headers)


def test_a_claims_challenge_of_an_api_ends_in_a_token_of_two_factors(dev, browser, add_user):
    """Passes the challenge on, silently and then with a page, and calls the API again."""
    user = add_user("step-up-python@demo.example")
    web = dev.client("web")
    application = confidential(dev, "web", web["client_secret"], client_capabilities=["cp1"])

    def interactive(**more) -> dict:
        [redirect_uri] = web["redirect_uris"][:1]
        flow = application.initiate_auth_code_flow([dev.scope], redirect_uri=redirect_uri, **more)
        response = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri, **user)
        return application.acquire_token_by_auth_code_flow(flow, response["parameters"])

    browser.visit("", fresh=True)
    first = interactive()
    claims = tokens.access_token(dev, first["access_token"], azp=web["client_id"])
    assert (claims["acr"], claims["xms_cc"], claims.get("acrs")) == ("1", ["cp1"], None)
    refused = large_orders(dev, first["access_token"])
    assert refused.status_code == 401
    encoded = re.search(r'claims="([^"]*)"', refused.headers["WWW-Authenticate"]).group(1)
    challenge = base64.b64decode(encoded).decode()

    [account] = application.get_accounts(user["username"])
    silent = application.acquire_token_silent_with_error(
        [dev.scope], account, claims_challenge=challenge
    )
    tokens.assert_refusal(silent, "invalid_grant", 50079)
    assert (silent["suberror"], silent["claims"]) == ("basic_action", challenge)

    second = interactive(claims_challenge=challenge)
    claims = tokens.access_token(dev, second["access_token"], azp=web["client_id"])
    assert (claims["acr"], claims["acrs"]) == ("mfa", ["c1"])
    assert large_orders(dev, second["access_token"]).status_code == 200
    # Other tests sign in another user.
    browser.visit("", fresh=True)
