"""A control plane at a domain: reached by HTTPS through the real proxy, and by nobody in clear."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import edm.wiring.platform as wiring
from edm.adapters.system.ports import free_port
from edm.core.problems import Level
from edm.settings import Settings, from_environment
from edm.wiring.doctor import diagnose, gather

pytestmark = pytest.mark.integration

PATIENCE = 30.0
TOKEN_LENGTH = 43


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """Run a control plane at a domain, and return its settings."""
    with tempfile.TemporaryDirectory(prefix="edm-") as home:
        port = free_port(18640)
        given = {
            "EDM_HOME": home,
            "EDM_PORT": "18630",
            "EDM_DOMAIN": "example.org",
            "EDM_TLS": "internal",
            "EDM_INGRESS_PORT": str(port),
            "EDM_HTTP_PORT": str(free_port(port + 1)),
        }
        settings = from_environment(given)
        command = [sys.executable, "-m", "edm.api"]
        with subprocess.Popen(command, env=os.environ | given) as process:
            try:
                await_announcement(settings, process.pid)
                yield settings
            finally:
                asyncio.run(wiring.stop_platform(settings))


def await_announcement(settings: Settings, pid: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if settings.platform_file.exists() and announced(settings)["pid"] == pid:
            return
        time.sleep(0.02)
    raise AssertionError("The control plane did not announce itself.")


def announced(settings: Settings) -> Any:  # noqa: ANN401 - JSON is of any type
    return json.loads(settings.platform_file.read_bytes())


def get(settings: Settings, host: str, path: str, **headers: str) -> tuple[int, bytes]:
    """Send a request by TLS, trusting the proxy's own authority only."""
    authority = settings.home / "ingress/storage/pki/authorities/local/root.crt"
    trusting = ssl.create_default_context(cafile=str(authority))
    plain = socket.create_connection(("127.0.0.1", settings.ingress_port), PATIENCE)
    with plain, trusting.wrap_socket(plain, server_hostname=host) as secure:
        fields = {"Host": f"{host}:{settings.ingress_port}", "Connection": "close", **headers}
        lines = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
        secure.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        answer = b"".join(iter(lambda: secure.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_the_control_plane_is_reached_by_https_at_its_own_host(settings: Settings) -> None:
    found = announced(settings)
    assert found["url"] == f"https://edm.example.org:{settings.ingress_port}"
    secret = settings.token_file.read_text().strip()
    status, body = get(
        settings, "edm.example.org", "/api/v1/status", Authorization=f"Bearer {secret}"
    )
    assert status == 200
    assert json.loads(body)["url"] == found["url"]
    assert get(settings, "edm.example.org", "/")[0] == 302


def test_names_of_nobody_have_no_certificate(settings: Settings) -> None:
    with pytest.raises(ssl.SSLError):
        get(settings, "nobody.example.org", "/")


def test_this_machine_reaches_it_without_certificates(settings: Settings) -> None:
    found = announced(settings)
    url = found["local_url"].replace("localhost", "127.0.0.1")
    assert httpx.get(f"{url}/api/v1/health", timeout=PATIENCE).status_code == 200
    shown = httpx.get(url, headers={"Origin": "https://evil.example"}, timeout=PATIENCE)
    assert "access-control-allow-origin" not in shown.headers


def test_its_own_port_is_not_reached_from_outside(settings: Settings) -> None:
    """Whatever it is bound to: only the proxy is."""
    port = announced(settings)["port"]
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    hosts = {
        row[1].partition(":")[0]
        for row in rows
        if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port
    }
    assert hosts <= {"0100007F", "00000000000000000000000001000000"}
    assert hosts


def test_nothing_in_its_log_is_a_secret(settings: Settings) -> None:
    secrets = [settings.token_file.read_text().strip(), settings.operator_file.read_text().strip()]
    lines = settings.log_file.read_text()
    assert [json.loads(line)["logger"] for line in lines.splitlines()]
    assert all(len(one) == TOKEN_LENGTH and one not in lines for one in secrets)


@pytest.mark.parametrize("path", ["home", "home/token", "home/operator.key", "home/control.db"])
def test_all_it_writes_is_its_users_alone(settings: Settings, path: str) -> None:
    found = settings.home / Path(path).relative_to("home")
    assert found.stat().st_mode & 0o077 == 0


async def test_its_doctor_has_nothing_to_say(settings: Settings) -> None:
    """The proxy has the configuration of these settings, and certificates that last."""
    errors = [one.problem for one in await diagnose(settings) if one.problem.level is Level.ERROR]
    assert errors == []
    facts = await gather(settings)
    assert (facts.proxy.running, facts.proxy.current, facts.forks) == (True, True, True)
    assert "edm.example.org" in {one.name for one in facts.proxy.certificates}
    assert all(one.short for one in facts.proxy.certificates)
    assert (facts.stale, facts.torn, facts.strays) == ((), (), ())
