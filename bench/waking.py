"""Requests to sleeping instances: how long one waits for its instance, and a crowd for theirs."""

import http.client
import json
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, update

from crowd import control_memory, multiply
from deploying import EDM, SHOP, platform
from edm.adapters.sql.tables import instances

_IDLE = 5
"""Seconds without a request after which the instances here sleep."""
_PATIENCE = 60.0
_CARRIER = json.dumps({"name": "Post"}).encode()


@dataclass(frozen=True, slots=True)
class Wakes:
    """What waking takes, all in, through the proxy.

    Attributes:
        get: Milliseconds of a GET to a sleeping instance: median and 95th percentile.
        post: The same of a POST.
        warm: Median milliseconds of a GET to one that is awake, for comparison.
        crowd: How many instances were woken at once.
        all_in: Seconds until the last of them had answered.
        failed: How many of them did not answer 200.
        memory: Resident memory of the control plane after that, MiB.
    """

    get: tuple[float, float]
    post: tuple[float, float]
    warm: float
    crowd: int
    all_in: float
    failed: int
    memory: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where instances are reached, and with which key."""

    port: int
    key: str

    def ask(self, name: str, method: str, path: str = "/carriers") -> tuple[int, float]:
        """Send a request; return its status and the milliseconds to the end of its answer."""
        headers = {"Host": f"{name}.localhost", "Authorization": f"Bearer {self.key}"}
        body = _CARRIER if method == "POST" else None
        if body:
            headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        return answer.status, (time.perf_counter() - began) * 1000


def woken(folder: Path, crowd: int, times: int) -> Wakes:
    """Measure waking: one by one so many times, and a crowd at once."""
    home = folder / "waking"
    with platform(home) as environment:
        key = _deploy(environment)
        subprocess.run([EDM, "down"], check=True, env=environment, capture_output=True)
        names = multiply(home / "control.db", "shop", crowd)
        _tire(home / "control.db")
        subprocess.run([EDM, "up"], check=True, env=environment, capture_output=True)
        running = json.loads((home / "platform.json").read_bytes())
        place = Place(running["ingress_port"], key)
        # Their databases are made once, at their first start.
        _at_once(place, names)
        _until_asleep(home, running["port"])
        gets = _one_by_one(place, names[:times], "GET")
        warm = [place.ask(names[times - 1], "GET")[1] for _ in range(20)]
        posts = _one_by_one(place, names[times : 2 * times], "POST")
        _until_asleep(home, running["port"])
        all_in, failed = _at_once(place, names)
        memory = control_memory(running["pid"])
    return Wakes(gets, posts, statistics.median(warm), crowd, all_in, failed, memory)


def _deploy(environment: dict[str, str]) -> str:
    command = [EDM, "deploy", str(SHOP), "--name", "shop", "--access", "private", "--json"]
    done = subprocess.run(command, check=True, env=environment, capture_output=True)
    return str(json.loads(done.stdout)["api_key"])


def _tire(path: Path) -> None:
    """Have all instances sleep soon."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(update(instances).values(sleep_after=_IDLE))
    engine.dispose()


def _one_by_one(place: Place, names: list[str], method: str) -> tuple[float, float]:
    answers = [place.ask(name, method) for name in names]
    if any(status not in {200, 201} for status, _ in answers):
        raise RuntimeError(f"{method} to sleeping instances: {[s for s, _ in answers]}")
    cuts = statistics.quantiles([took for _, took in answers], n=20)
    return cuts[9], cuts[18]


def _at_once(place: Place, names: list[str]) -> tuple[float, int]:
    """Ask all at once; return the seconds until the last answer, and how many were none."""
    with ThreadPoolExecutor(len(names)) as pool:
        began = time.perf_counter()
        answers = list(pool.map(lambda name: place.ask(name, "GET"), names))
        taken = time.perf_counter() - began
    return taken, sum(status != http.HTTPStatus.OK for status, _ in answers)


def _until_asleep(home: Path, port: int) -> None:
    token = (home / "token").read_text().strip()
    deadline = time.monotonic() + _PATIENCE
    while any(state != "sleeping" for state in _states(port, token)):
        if time.monotonic() > deadline:
            raise RuntimeError("The instances do not go to sleep.")
        time.sleep(0.5)


def _states(port: int, token: str) -> list[str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        path, headers = "/api/v1/instances?limit=1000", {"Authorization": f"Bearer {token}"}
        connection.request("GET", path, headers=headers)
        found = json.loads(connection.getresponse().read())
    return [one["state"] for one in found]
