"""Keeps what the suites use that nobody may write down, as `secrets.mjs` does for Node."""

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


def keep(*values: str | None) -> None:
    """Keeps these values."""
    file = os.environ.get("ADMIT_SECRETS_FILE")
    if file:
        with open(file, "a") as kept:
            kept.writelines(f"{json.dumps(value)}\n" for value in values if value)


def keep_of(pairs: dict) -> None:
    """Keeps what is secret in a form or an answer."""
    keep(*(value for name, value in pairs.items() if name in NAMES and isinstance(value, str)))


def keep_headers(headers) -> None:
    """Keeps what a client proves itself with."""
    scheme, _, credentials = (headers.get("Authorization") or "").partition(" ")
    keep(credentials, headers.get("DPoP"))
    if scheme == "Basic":
        keep(urllib.parse.unquote(base64.b64decode(credentials).decode().partition(":")[2]))


def watch_requests() -> None:
    """Keeps what is secret in every request of this process through `requests`, and its answer."""
    plain = requests.Session.send

    def send(self, request, **options):
        keep_headers(request.headers)
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        if isinstance(body, str):
            keep_of(dict(urllib.parse.parse_qsl(body)))
        answer = plain(self, request, **options)
        if "json" in answer.headers.get("Content-Type", ""):
            told = answer.json()
            keep_of(told if isinstance(told, dict) else {})
        return answer

    requests.Session.send = send
