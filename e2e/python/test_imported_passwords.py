"""Users with hashes of the software that they come from sign in with their passwords."""

import csv
import html
import os
import re
import subprocess
import urllib.parse

import password_hashes
import pytest
import requests
import secrets_used

PASSWORD = "grün wie Gras, sagt Łukasz"


@pytest.fixture(scope="module")
def users(dev, tmp_path_factory) -> dict[str, str]:
    """Adds a user for each kind of hash. Returns their names by the kind."""
    secrets_used.record(PASSWORD)
    folder = tmp_path_factory.mktemp("import")
    names = {kind: f"{kind}@demo.test" for kind in password_hashes.KINDS}
    with (folder / "users.csv").open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "password_hash"])
        for kind, hashed in password_hashes.KINDS.items():
            writer.writerow([names[kind], hashed(PASSWORD)])
    command = [os.environ["ADMIT_BINARY"], "user", "add", "--csv", folder / "users.csv"]
    command += ["--tenant", dev.tenant["name"], "--data", os.environ["ADMIT_DATA"]]
    subprocess.run(command, check=True, capture_output=True)
    return names


def sign_in(dev, username: str, password: str) -> str:
    """Submits the form of the sign-in page, and returns the next page."""
    client = dev.client("web")
    session = requests.Session()
    parameters = {
        "client_id": client["client_id"],
        "redirect_uri": client["redirect_uris"][0],
        "response_type": "code",
        "scope": f"openid {dev.scope}",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    page = session.get(dev.endpoint("authorize"), params=parameters)
    action = re.search(r'method="post" action="([^"]*)"', page.text).group(1)
    hidden = dict(re.findall(r'name="(flow|step)" value="([^"]*)"', page.text))
    fields = {**hidden, "username": username, "password": password, "action": "sign-in"}
    headers = {"Origin": dev.origin, "Sec-Fetch-Site": "same-origin"}
    address = urllib.parse.urljoin(page.url, html.unescape(action))
    return session.post(address, data=fields, headers=headers).text


@pytest.mark.parametrize("kind", password_hashes.KINDS)
def test_user_signs_in_with_a_hash_of_other_software(dev, users, kind):
    # The first sign-in verifies the imported hash, and the second one its replacement.
    for _ in range(2):
        assert 'id="stay-yes"' in sign_in(dev, users[kind], PASSWORD)


def test_wrong_password_is_refused(dev, users):
    assert "50126" in sign_in(dev, users["bcrypt-2b"], f"{PASSWORD}!")
