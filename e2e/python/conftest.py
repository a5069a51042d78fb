"""Fixtures: one service and one browser for all tests of the suite."""

import json
import os
import pathlib
import select
import subprocess

import pytest
import secrets_used

secrets_used.watch_requests()

E2E = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 60


class Dev:
    """The summary that `admit dev` printed."""

    def __init__(self, summary: dict):
        self.origin = summary["origin"]
        self.ca_file = summary["ca_file"]
        self.tenant = summary["tenants"][0]
        self.tenant_id = self.tenant["id"]
        self.issuer = self.tenant["issuer"]
        self.authority = f"{self.origin}/{self.tenant_id}"
        self.scope = os.environ["ADMIT_SCOPE"]
        self.default_scope = os.environ["ADMIT_DEFAULT_SCOPE"]
        self.resource = self.tenant["resources"][0]
        self.user = next(user for user in self.tenant["users"] if not user["administrator"])

    def client(self, name: str) -> dict:
        return next(client for client in self.tenant["clients"] if client["name"] == name)

    def endpoint(self, name: str) -> str:
        return f"{self.authority}/oauth2/v2.0/{name}"


class Browser:
    """The browser of `driver.mjs`, which signs in on the pages of the service."""

    def __init__(self, dev: Dev):
        self.user = dev.user
        self.process = subprocess.Popen(
            ["node", E2E / "browser" / "driver.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def visit(self, url: str, **more) -> dict:
        request = {"url": url, **self.user, **more}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        readable, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_SECONDS)
        assert readable, f"no response of the browser within {TIMEOUT_SECONDS} s"
        response = json.loads(self.process.stdout.readline())
        assert "failed" not in response, response["failed"]
        return response

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(TIMEOUT_SECONDS)


@pytest.fixture(scope="session")
def dev() -> Dev:
    return Dev(json.loads(pathlib.Path(os.environ["ADMIT_DEV"]).read_text()))


@pytest.fixture(scope="session")
def add_user(dev):
    """Adds users for tests that change how a user signs in."""

    def add(username: str) -> dict:
        password = "velvet otter under seven bridges"
        secrets_used.record(password)
        command = [os.environ["ADMIT_BINARY"], "user", "add", username]
        command += ["--tenant", dev.tenant["name"], "--data", os.environ["ADMIT_DATA"]]
        subprocess.run(command, check=True, capture_output=True, input=f"{password}\n", text=True)
        return {"username": username, "password": password}

    return add


@pytest.fixture(scope="session")
def browser(dev):
    started = Browser(dev)
    yield started
    started.close()
