"""Records the secrets that the suites use, as `secrets.mjs` does for Node."""

import base64
import json
import os
import urllib.parse

import requests

NAMES = {
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "id_token",
    "password",
    "refresh_token",
    "token",
}


def record(*values: str | None) -> None:
    """Records these values."""
    file = os.environ.get("ADMIT_SECRETS_FILE")
    if file:
        with open(file, "a") as recorded:
            recorded.writelines(f"{json.dumps(value)}\n" for value in values if value)


def record_in(pairs: dict) -> None:
    """Records the secrets in a form or a response."""
    record(*(value for name, value in pairs.items() if name in NAMES and isinstance(value, str)))


def record_headers(headers) -> None:
    """Records the credentials in the headers of a request."""
    scheme, _, credentials = (headers.get("Authorization") or "").partition(" ")
    record(credentials, headers.get("DPoP"))
    if scheme == "Basic":
        record(urllib.parse.unquote(base64.b64decode(credentials).decode().partition(":")[2]))


def watch_requests() -> None:
    """Records the secrets in every request of this process through `requests`, and its response."""
    original_send = requests.Session.send

    def send(self, request, **options):
        record_headers(request.headers)
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        if isinstance(body, str):
            record_in(dict(urllib.parse.parse_qsl(body)))
        response = original_send(self, request, **options)
        if "json" in response.headers.get("Content-Type", ""):
            body = response.json()
            record_in(body if isinstance(body, dict) else {})
        return response

    requests.Session.send = send
