"""An instance that falls asleep again and again under requests that come at the worst moment."""

import http.client
import threading
import time

import pytest

from tests.e2e.platforms import Home
from tests.faults.cutting import finished
from tests.faults.test_steps import deploy
from tests.faults.traffic import answered, model, texts

pytestmark = pytest.mark.faults

NAME = "notes"
SECONDS = 20
IDLE = 1.0
CLIENTS = 3


class Sleeper:
    """A client that waits about as long as the instance before it falls asleep."""

    def __init__(self, home: Home, number: int) -> None:
        self.acknowledged: set[str] = set()
        self.failures: list[str] = []
        self._home, self._number = home, number

    def write(self, end: float) -> None:
        """Write a note, wait, write the next one, until the end."""
        turn = 0
        while time.monotonic() < end:
            turn += 1
            text = f"{self._number}-{turn}"
            try:
                answer = self._home.call(NAME, "POST", "/notes", {"text": text})
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                continue
            if answer.status == 201:
                self.acknowledged.add(text)
            else:
                self.failures.append(f"{answer.status} {answer.json}")
            # From a little before to a little after the moment at which it goes, in small steps.
            time.sleep(IDLE - 0.02 + 0.005 * (turn * CLIENTS + self._number) % 0.1)


def test_nobody_is_reset_by_a_sleep(home: Home) -> None:
    finished(home, deploy(home, NAME, model()))
    finished(home, answered(home, "PATCH", f"/instances/{NAME}", {"sleep_after": int(IDLE)}))
    sleepers = [Sleeper(home, number) for number in range(CLIENTS)]
    end = time.monotonic() + SECONDS
    clients = [threading.Thread(target=each.write, args=(end,)) for each in sleepers]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert [failure for each in sleepers for failure in each.failures] == []
    assert set.union(*(each.acknowledged for each in sleepers)) <= texts(home, NAME)
    happened = [each["what"] for each in answered(home, "GET", f"/instances/{NAME}/events")]
    assert happened.count("sleep") >= 3, happened
