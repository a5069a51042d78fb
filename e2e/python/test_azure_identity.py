"""azure-identity for Python, unmodified: secret and certificate, blocking and asynchronous."""

import asyncio
import pathlib

import pytest
import tokens
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from azure.identity import aio


def self_hosted(dev) -> dict:
    """Exactly the options that a self-hosted authority needs."""
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


def test_a_secret_gives_a_token(dev):
    """The blocking credential returns a token that validates."""
    credential = ClientSecretCredential(*secret_arguments(dev), **self_hosted(dev))
    assert_token(dev, credential.get_token(dev.default_scope), "daemon", "1")


def test_the_name_of_the_tenant_does_as_well_as_its_id(dev):
    """The tenant's name in the path gives a token of the very same issuer."""
    _, client_id, secret = secret_arguments(dev)
    credential = ClientSecretCredential(dev.tenant["name"], client_id, secret, **self_hosted(dev))
    assert_token(dev, credential.get_token(dev.default_scope), "daemon", "1")


@pytest.mark.parametrize("send_chain", [False, True])
def test_a_certificate_gives_a_token(dev, send_chain):
    """The blocking credential names its certificate by thumbprint, or sends it along."""
    credential = CertificateCredential(
        dev.tenant_id,
        dev.client("web-certificate")["client_id"],
        certificate_data=certificate_data(dev),
        send_certificate_chain=send_chain,
        **self_hosted(dev),
    )
    assert_token(dev, credential.get_token(dev.default_scope), "web-certificate", "2")


def test_the_asynchronous_credentials_get_tokens(dev):
    """Secret and certificate through aiohttp, whose assertion has padded segments and no `iat`."""

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
            return [await one.get_token(dev.default_scope) for one in (by_secret, by_certificate)]

    by_secret, by_certificate = asyncio.run(both())
    assert_token(dev, by_secret, "daemon", "1")
    assert_token(dev, by_certificate, "web-certificate", "2")


def test_a_wrong_secret_shows_the_number_to_the_developer(dev):
    """The exception that the developer sees holds the number, the trace id and the right error."""
    credential = ClientSecretCredential(
        *secret_arguments(dev, "not-the-secret"), **self_hosted(dev)
    )
    with pytest.raises(ClientAuthenticationError) as raised:
        credential.get_token(dev.default_scope)
    assert "AADSTS7000215: " in raised.value.message
    assert tokens.SUFFIX.search(raised.value.message.strip())


def test_a_wrong_scope_shows_the_number_to_the_developer(dev):
    """The asynchronous credential raises with 500011 for a resource that does not exist."""

    async def ask():
        async with aio.ClientSecretCredential(*secret_arguments(dev), **self_hosted(dev)) as one:
            await one.get_token("api://nobody/.default")

    with pytest.raises(ClientAuthenticationError, match="AADSTS500011: "):
        asyncio.run(ask())
