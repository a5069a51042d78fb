"""azure-identity for Python, unmodified: secret and certificate, blocking and asynchronous."""

import asyncio
import pathlib

import pytest
import tokens
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from azure.identity import aio


def self_hosted(dev) -> dict:
    """Returns the options that a self-hosted authority needs, and no others."""
    return {
        "authority": dev.origin,
        "disable_instance_discovery": True,
        "connection_verify": dev.ca_file,
    }


def secret_arguments(dev, secret: str | None = None) -> tuple[str, str, str]:
    daemon = dev.client("daemon")
    return dev.tenant_id, daemon["client_id"], secret or daemon["client_secret"]


def certificate_data(dev) -> bytes:
    key = pathlib.Path(dev.client("web-certificate")["private_key_file"])
    return key.read_bytes() + key.with_suffix(".crt").read_bytes()


def assert_token(dev, token, name: str, acr: str) -> None:
    claims = tokens.access_token(dev, token.token, azp=dev.client(name)["client_id"], azpacr=acr)
    assert abs(claims["exp"] - token.expires_on) <= 2


def test_a_client_gets_a_token_for_its_secret(dev):
    """Gets a token with the blocking credential, and validates it."""
    credential = ClientSecretCredential(*secret_arguments(dev), **self_hosted(dev))
    assert_token(dev, credential.get_token(dev.default_scope), "daemon", "1")


def test_the_tenant_name_is_accepted_instead_of_the_tenant_id(dev):
    """Uses the name of the tenant in the path, and gets a token of the same issuer."""
    _, client_id, secret = secret_arguments(dev)
    credential = ClientSecretCredential(dev.tenant["name"], client_id, secret, **self_hosted(dev))
    assert_token(dev, credential.get_token(dev.default_scope), "daemon", "1")


@pytest.mark.parametrize("send_chain", [False, True])
def test_a_client_gets_a_token_for_its_certificate(dev, send_chain):
    """Gets a token with the blocking credential, by thumbprint and with the certificate in x5c."""
    credential = CertificateCredential(
        dev.tenant_id,
        dev.client("web-certificate")["client_id"],
        certificate_data=certificate_data(dev),
        send_certificate_chain=send_chain,
        **self_hosted(dev),
    )
    assert_token(dev, credential.get_token(dev.default_scope), "web-certificate", "2")


def test_an_assertion_with_padding_and_without_iat_is_accepted(dev):
    """Uses the asynchronous credentials, whose assertion has padded segments and no `iat`."""

    async def both():
        client_id = dev.client("web-certificate")["client_id"]
        async with (
            aio.ClientSecretCredential(*secret_arguments(dev), **self_hosted(dev)) as by_secret,
            aio.CertificateCredential(
                dev.tenant_id,
                client_id,
                certificate_data=certificate_data(dev),
                **self_hosted(dev),
            ) as by_certificate,
        ):
            credentials = (by_secret, by_certificate)
            return [await credential.get_token(dev.default_scope) for credential in credentials]

    by_secret, by_certificate = asyncio.run(both())
    assert_token(dev, by_secret, "daemon", "1")
    assert_token(dev, by_certificate, "web-certificate", "2")


def test_the_error_for_a_wrong_secret_has_the_error_number(dev):
    """Sends a wrong secret, and finds the error number and the trace id in the exception."""
    credential = ClientSecretCredential(
        *secret_arguments(dev, "not-the-secret"), **self_hosted(dev)
    )
    with pytest.raises(ClientAuthenticationError) as raised:
        credential.get_token(dev.default_scope)
    assert "AADSTS7000215: " in raised.value.message
    assert tokens.SUFFIX.search(raised.value.message.strip())


def test_the_error_for_an_unknown_resource_has_the_error_number(dev):
    """Requests a scope of an unknown resource with the asynchronous credential."""

    async def get_token():
        arguments = secret_arguments(dev)
        async with aio.ClientSecretCredential(*arguments, **self_hosted(dev)) as credential:
            await credential.get_token("api://nobody/.default")

    with pytest.raises(ClientAuthenticationError, match="AADSTS500011: "):
        asyncio.run(get_token())
