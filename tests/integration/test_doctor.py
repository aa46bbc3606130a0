"""A real home, broken in each way that an examination can see from outside, and put right."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from edm.adapters.system import detached, inspection, processes, strays
from edm.core.doctor import Act, Finding, Repair, kinds
from edm.core.problems import Kind
from edm.ports.errors import Broken
from edm.settings import Settings
from edm.wiring import doctor
from edm.wiring.doctor import diagnose, mend

pytestmark = pytest.mark.integration


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Return the settings of a home in which nothing is wrong, and nothing runs."""
    home = Path(tempfile.mkdtemp(prefix="edm-"))
    for path in (home / "run", home / "ingress", home / "repositories", home / "instances"):
        path.mkdir(mode=0o700)
    with closing(sqlite3.connect(home / "control.db")) as database:
        database.execute("CREATE TABLE instances (name TEXT)")
        database.execute("INSERT INTO instances VALUES ('shop')")
        database.commit()
    yield Settings(home=home, run=home / "run", port=18890, ingress_port=18891)
    shutil.rmtree(home)


async def codes(settings: Settings) -> list[str]:
    """Return what is found, but for what this machine itself may be short of."""
    own = {kinds.MEMORY_LOW, kinds.DISK_LOW, kinds.CONTROL_DOWN}
    found = (finding.problem.code for finding in await diagnose(settings))
    return [code for code in found if code not in {kind.code for kind in own}]


async def only(settings: Settings, kind: Kind) -> Finding:
    """Return the only finding, which is to be of this kind."""
    assert await codes(settings) == [kind.code]
    return next(one for one in await diagnose(settings) if one.problem.code == kind.code)


async def mended(settings: Settings, kind: Kind) -> None:
    """Have the only finding put right."""
    assert await mend((await only(settings, kind),)) != ()
    assert await codes(settings) == []


async def test_nothing_is_wrong_with_a_home_in_order(settings: Settings) -> None:
    assert await codes(settings) == []
    assert (await diagnose(settings))[-1].problem.code == kinds.CONTROL_DOWN.code


async def test_a_home_that_is_not_there_is_no_error(settings: Settings) -> None:
    away = replace(settings, home=settings.home / "away", run=settings.home / "away-run")
    assert await codes(away) == []


async def test_secrets_open_to_others_are_closed(settings: Settings) -> None:
    token = settings.token_file
    token.write_text("secret")
    token.chmod(0o644)
    await mended(settings, kinds.OPEN)
    assert token.stat().st_mode & 0o777 == 0o600


async def test_what_belongs_to_another_user_is_named(settings: Settings) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    settings.token_file.touch(mode=0o600)
    os.chown(settings.token_file, 12345, -1)
    finding = await only(settings, kinds.FOREIGN)
    assert str(settings.token_file) in finding.problem.message


async def test_a_home_of_another_user_is_not_judged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(Broken, match="another user"):
        await diagnose(settings)


async def test_stale_sockets_go_and_others_stay(settings: Settings) -> None:
    for name in ("old", "live"):
        (settings.run / name).mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(settings.run / "old" / "abc.sock"))
    (settings.run / "old" / "s.sock").symlink_to("abc.sock")
    with (
        socket.socket(socket.AF_UNIX) as live,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as forks,
    ):
        live.bind(str(settings.run / "live" / "abc.sock"))
        live.listen()
        (settings.run / "live" / "s.sock").symlink_to("abc.sock")
        forks.bind(str(settings.run / "live" / "fork.sock"))
        forks.listen()
        assert set(await codes(settings)) == {kinds.SOCKET_STALE.code}
        await mend(await diagnose(settings))
        assert await codes(settings) == []
        assert len(list((settings.run / "live").iterdir())) == 3
    # The door of an instance stays, as it does of one that sleeps.
    assert [path.name for path in (settings.run / "old").iterdir()] == ["s.sock"]


async def test_a_socket_that_came_to_life_is_not_removed(settings: Settings) -> None:
    """Between looking and acting somebody may have begun to listen."""
    path = settings.run / "s.sock"
    with socket.socket(socket.AF_UNIX) as live:
        live.bind(str(path))
        live.listen()
        await mend((Finding(kinds.SOCKET_STALE.at("", ""), Repair(Act.REMOVE, str(path))),))
        assert path.exists()


async def test_what_was_torn_goes(settings: Settings) -> None:
    (settings.home / "platform.json.part").touch()
    (settings.home / "instances" / ".gone.deleted").mkdir()
    assert await codes(settings) == [kinds.TORN.code] * 2
    await mend(await diagnose(settings))
    assert await codes(settings) == []


async def test_data_of_no_instance_is_named_and_stays(settings: Settings) -> None:
    for path in ("instances/shop", "repositories/shop.git", "instances/gone/data"):
        (settings.home / path).mkdir(parents=True)
    finding = await only(settings, kinds.UNKNOWN)
    assert finding.problem.where == str(settings.home / "instances" / "gone")
    assert await mend((finding,)) == ()
    assert (settings.home / "instances" / "gone" / "data").is_dir()


async def test_a_damaged_database_of_the_control_plane_is_named(settings: Settings) -> None:
    (settings.home / "control.db").write_bytes(b"no database" * 1000)
    await only(settings, kinds.DATABASE_BROKEN)


async def test_a_damaged_database_of_an_instance_is_named(settings: Settings) -> None:
    data = settings.home / "instances" / "shop" / "data"
    data.mkdir(parents=True)
    (data / "data.sqlite3").write_bytes(b"no database" * 1000)
    finding = await only(settings, kinds.INSTANCE_BROKEN)
    assert finding.problem.where == "shop"


async def test_a_clock_behind_what_happened_is_named(settings: Settings) -> None:
    ahead = time.time() + 86400
    os.utime(settings.home / "control.db", (ahead, ahead))
    await only(settings, kinds.CLOCK_WRONG)


async def test_a_taken_port_is_named_with_who_has_it(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finding = await only(replace(settings, ingress_port=port), kinds.PORT_MOVES)
        assert f"process {os.getpid()}" in finding.problem.message
        secure = replace(settings, domain="example.org", ingress_port=port, http_port=18892)
        finding = await only(secure, kinds.PORT_TAKEN)
        assert "--ingress-port" in finding.problem.hint


async def test_tools_that_are_not_there_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(settings.run))
    assert await codes(settings) == [kinds.TOOL_MISSING.code]


async def test_the_time_for_databases_is_bounded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_LOOK_ALL", 0.0)
    await only(settings, kinds.UNCHECKED)


@pytest.fixture
def stray(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process with the mark of a home."""
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
    mark = {detached.MARK: str(settings.home / "ingress" / "process.json")}
    with subprocess.Popen(
        command, env=mark, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


async def test_a_process_no_record_knows_is_ended(
    settings: Settings, stray: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strays, "_YOUNG", 0.0)
    record = settings.home / "ingress" / "process.json"
    record.write_text(json.dumps({"pid": stray.pid, "ticks": processes.ticks(stray.pid)}))
    assert strays.strays(settings.home, settings.run) == ()
    record.unlink()
    await only(settings, kinds.STRAY)
    await mend(await diagnose(settings))
    assert stray.wait(10) == -signal.SIGKILL


def test_a_busy_database_is_not_called_damaged(settings: Settings) -> None:
    path = settings.home / "control.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        assert inspection.damage(path, 0.1) == ""
