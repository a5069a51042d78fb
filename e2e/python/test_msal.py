"""MSAL for Python, unmodified: secret, certificate, code flow, silent refresh, refusals."""

import base64
import concurrent.futures
import hashlib
import json
import pathlib
import webbrowser

import msal
import pytest
import tokens
from cryptography import x509
from cryptography.hazmat.primitives import hashes

# Exactly the options that a self-hosted authority needs, and no other.
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


def signed_in(dev, browser, application, redirect_uri: str, **more) -> dict:
    flow = application.initiate_auth_code_flow([dev.scope], redirect_uri=redirect_uri, **more)
    assert flow.get("code_verifier"), flow
    back = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri)
    expected = "POST" if more.get("response_mode") == "form_post" else "GET"
    assert back["method"] == expected
    assert back["parameters"]["iss"] == dev.issuer
    return application.acquire_token_by_auth_code_flow(flow, back["parameters"])


def assert_person(dev, result: dict, client_id: str) -> None:
    assert "error" not in result, result
    assert result["token_type"] == "Bearer" and 0 < result["expires_in"] <= 86400
    claims = tokens.access_token(dev, result["access_token"], azp=client_id)
    assert dev.scope.rsplit("/", 1)[1] in claims["scp"].split()
    identity = tokens.id_token(dev, result["id_token"], client_id)
    assert identity["preferred_username"] == dev.user["username"]
    info = json.loads(base64.urlsafe_b64decode(result["client_info"] + "=="))
    assert info == {"uid": identity["oid"], "utid": dev.tenant_id}


def assert_daemon(dev, result: dict, name: str, acr: str) -> None:
    assert "error" not in result, result
    claims = tokens.access_token(dev, result["access_token"], azp=dev.client(name)["client_id"])
    assert claims["azpacr"] == acr and "scp" not in claims
    assert "refresh_token" not in result and "id_token" not in result


def test_a_daemon_gets_a_token_with_its_roles_for_its_secret(dev):
    """The token validates against the keys and carries the roles that `dev` assigned."""
    result = with_secret(dev, "daemon").acquire_token_for_client([dev.default_scope])
    assert_daemon(dev, result, "daemon", "1")
    claims = tokens.access_token(dev, result["access_token"])
    assert set(claims["roles"]) and set(claims["roles"]) <= set(dev.resource["roles"])


def test_oidc_mode_finds_the_issuer(dev):
    """The same client built on the issuer instead of the authority gets a token."""
    daemon = dev.client("daemon")
    application = msal.ConfidentialClientApplication(
        daemon["client_id"],
        oidc_authority=dev.issuer,
        verify=dev.ca_file,
        client_credential=daemon["client_secret"],
    )
    assert_daemon(dev, application.acquire_token_for_client([dev.default_scope]), "daemon", "1")


def test_a_certificate_named_by_its_sha1_thumbprint(dev):
    """The assertion carries a padded `x5t`, and the token says that a certificate was used."""
    key, _, cert = certificate(dev)
    thumbprint = cert.fingerprint(hashes.SHA1()).hex()
    application = confidential(
        dev, "web-certificate", {"private_key": key, "thumbprint": thumbprint}
    )
    assert_daemon(
        dev, application.acquire_token_for_client([dev.default_scope]), "web-certificate", "2"
    )


def test_a_certificate_sent_along_as_x5c(dev):
    """The assertion names its key by nothing but the certificate in `x5c`."""
    key, pem, cert = certificate(dev)
    thumbprint = cert.fingerprint(hashes.SHA1()).hex()
    credential = {"private_key": key, "thumbprint": thumbprint, "public_certificate": pem}
    application = confidential(dev, "web-certificate", credential)
    assert_daemon(
        dev, application.acquire_token_for_client([dev.default_scope]), "web-certificate", "2"
    )


def test_a_certificate_with_a_foreign_thumbprint_is_refused(dev):
    """The right key under a thumbprint that was never registered is invalid_client."""
    key, _, _ = certificate(dev)
    thumbprint = hashlib.sha1(b"another certificate").hexdigest()
    application = confidential(
        dev, "web-certificate", {"private_key": key, "thumbprint": thumbprint}
    )
    tokens.assert_refusal(
        application.acquire_token_for_client([dev.default_scope]), "invalid_client", 700027
    )


def test_a_wrong_secret_is_refused_with_its_number(dev):
    """The refusal is 7000215 with ids and an address that explains it."""
    application = confidential(dev, "daemon", "not-the-secret")
    result = application.acquire_token_for_client([dev.default_scope])
    tokens.assert_refusal(result, "invalid_client", 7000215)


def test_an_unknown_client_is_refused_with_its_number(dev):
    """The refusal is 700016."""
    application = msal.ConfidentialClientApplication(
        "5f1b4b8e-0000-4000-8000-000000000000",
        authority=dev.authority,
        verify=dev.ca_file,
        client_credential="whatever",
        **SELF_HOSTED,
    )
    result = application.acquire_token_for_client([dev.default_scope])
    tokens.assert_refusal(result, "invalid_client", 700016)


def test_an_unknown_resource_is_refused_with_its_number(dev):
    """The refusal is 500011 as invalid_scope, and its text names what was asked for."""
    result = with_secret(dev, "daemon").acquire_token_for_client(["api://nobody/.default"])
    tokens.assert_refusal(result, "invalid_scope", 500011)
    assert "api://nobody" in result["error_description"]


@pytest.mark.parametrize("response_mode", ["query", "form_post"])
def test_a_person_signs_in_on_the_pages(dev, browser, response_mode):
    """The code comes back by query and by form_post; its tokens name the person."""
    redirect_uri = dev.client("web")["redirect_uris"][0]
    application = with_secret(dev, "web")
    result = signed_in(dev, browser, application, redirect_uri, response_mode=response_mode)
    assert_person(dev, result, dev.client("web")["client_id"])


def test_a_silent_call_refreshes(dev, browser):
    """force_refresh gives another access token for the same person from the token endpoint."""
    web = dev.client("web")
    application = with_secret(dev, "web")
    first = signed_in(dev, browser, application, web["redirect_uris"][0])
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


def test_a_scope_nobody_defined_is_refused_on_the_way(dev, browser):
    """The authorization endpoint sends invalid_scope back with the number and the state."""
    application = with_secret(dev, "web")
    redirect_uri = dev.client("web")["redirect_uris"][0]
    flow = application.initiate_auth_code_flow(
        [f"{dev.resource['identifier']}/No.Such"], redirect_uri=redirect_uri
    )
    back = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri)["parameters"]
    assert back["error"] == "invalid_scope" and back["state"] == flow["state"]
    assert back["error_description"].startswith("AADSTS") and back["iss"] == dev.issuer


def test_cancelling_tells_the_client(dev, browser):
    """The cancel button of the consent page gives access_denied with the state."""
    application = with_secret(dev, "web")
    redirect_uri = dev.client("web")["redirect_uris"][0]
    flow = application.initiate_auth_code_flow(
        [dev.scope], redirect_uri=redirect_uri, prompt="consent"
    )
    answer = browser.visit(flow["auth_uri"], redirect_uri=redirect_uri, consent=False)
    assert "consent" in answer["pages"]
    assert answer["parameters"]["error"] == "access_denied"
    assert answer["parameters"]["state"] == flow["state"]


def test_a_native_app_signs_in_over_loopback(dev, browser, monkeypatch):
    """acquire_token_interactive takes the code by form_post on a free port of localhost."""
    native = dev.client("native")["client_id"]
    application = msal.PublicClientApplication(
        native, authority=dev.authority, verify=dev.ca_file, **SELF_HOSTED
    )
    with concurrent.futures.ThreadPoolExecutor() as hand:
        visits = []

        def open_browser(url: str) -> bool:
            visits.append(hand.submit(browser.visit, url, fresh=True))
            return True

        monkeypatch.setattr(webbrowser, "open", open_browser)
        result = application.acquire_token_interactive([dev.scope], timeout=60)
        assert "sign-in" in visits[0].result()["pages"]
    assert_person(dev, result, native)
    (account,) = application.get_accounts()
    again = application.acquire_token_silent([dev.scope], account, force_refresh=True)
    assert again["token_source"] == "identity_provider", again
    assert tokens.access_token(dev, again["access_token"])["azpacr"] == "0"
