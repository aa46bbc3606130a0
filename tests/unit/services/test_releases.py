"""From one release to the next, and back."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.core.model.tree import MODEL
from edm.ports.errors import DeadlinePassed
from edm.ports.operator_key import operator_key
from edm.ports.runtime import Handle, InstanceSpec, Limits
from edm.ports.store import Access, Operation, Order, Progress, State, Verb
from edm.services import journal
from edm.services.accept import Wish, accept, accept_deploy
from edm.services.accounts import digest
from edm.services.work import Work
from edm.settings import Deadlines
from tests.unit.services.worlds import Killed, Stage, Trouble

pytestmark = pytest.mark.unit


async def _head(stage: Stage, access: Access | None = None) -> Operation:
    accepted = await stage.operator.deploy(stage.alice, "shop", Wish(access=access))
    await stage.operator.settle()
    return await stage.store.operation(stage.alice, accepted.operation.id)


async def _back(stage: Stage, release: int | None = None) -> Operation:
    asked = Order(release=release)
    accepted = await stage.operator.ask(stage.alice, "shop", Verb.ROLLBACK, asked)
    await stage.operator.settle()
    return await stage.store.operation(stage.alice, accepted.operation.id)


def _codes(operation: Operation) -> list[str]:
    return [problem.code for problem in operation.problems]


async def test_what_a_model_adds_is_migrated_and_backed_up_before(stage: Stage) -> None:
    await stage.deploy("title")
    assert stage.databases.backups == {}
    done = await stage.deploy("title price")
    releases = await stage.store.releases(stage.alice, "shop")
    assert (done.progress, done.release) == (Progress.DONE, 2)
    assert stage.databases.backups == {"shop": ("before-release-0002",)}
    assert [each.scripts for each in releases] == [
        ("0001_initial.sql", "0002_more.sql"),
        ("0001_initial.sql",),
    ]


@pytest.mark.parametrize("killed_on", ["publish", "add_release", "backup", "start", "activate"])
async def test_a_model_grows_once_wherever_it_was_killed(stage: Stage, killed_on: str) -> None:
    await stage.deploy("title")
    wish = Wish("words.txt", b"title price")
    stage.restart(Trouble(on=killed_on, late=True))
    accepted = await accept_deploy(stage.world, stage.alice, "shop", wish)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    stage.restart()
    await stage.operator.resume()
    await stage.operator.settle()
    done = await stage.store.operation(stage.alice, accepted.operation.id)
    (newest, _) = await stage.store.releases(stage.alice, "shop")
    assert (done.progress, done.release) == (Progress.DONE, 2)
    assert newest.scripts == ("0001_initial.sql", "0002_more.sql")
    assert stage.databases.backups["shop"] == ("before-release-0002",)
    assert stage.runtime.starts["shop"] == 2


async def test_data_that_may_be_migrated_already_is_not_backed_up_again(stage: Stage) -> None:
    await stage.deploy("title")
    stage.restart(Trouble(on="start", late=True))
    wish = Wish("words.txt", b"title price")
    accepted = await accept_deploy(stage.world, stage.alice, "shop", wish)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    stage.restart(Trouble(on="backup", failure=lambda: OSError("the backup of before is lost")))
    await stage.operator.resume()
    await stage.operator.settle()
    done = await stage.store.operation(stage.alice, accepted.operation.id)
    assert (done.progress, done.release) == (Progress.DONE, 2)


async def test_tidying_up_is_no_part_of_the_start(stage: Stage) -> None:
    stage.restart(Trouble(on="keep"))
    wish = Wish("words.txt", b"title")
    accepted = await accept_deploy(stage.world, stage.alice, "shop", wish)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    (operation,) = await stage.store.unfinished()
    assert {step.progress for step in operation.steps} == {Progress.DONE}


async def test_what_would_be_lost_is_refused_and_nothing_changes(stage: Stage) -> None:
    first = await stage.deploy("title price")
    failed = await stage.deploy("title size!")
    assert [(problem.code, problem.where) for problem in failed.problems] == [
        ("I020", "thing.price"),
        ("I020", "thing.size"),
    ]
    assert (await stage.store.instance(stage.alice, "shop")).release == 1
    assert await stage.repositories.head("shop") == first.commit


async def test_the_next_model_goes_on_from_main_whatever_served(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.failing["shop"] = "Boom."
    assert (await stage.deploy("title price")).progress is Progress.FAILED
    stage.runtime.failing.clear()
    assert _codes(await stage.deploy("title")) == ["I020"]
    done = await stage.deploy("title price size")
    (newest, *_) = await stage.store.releases(stage.alice, "shop")
    assert done.progress is Progress.DONE
    assert newest.scripts == ("0001_initial.sql", "0002_more.sql", "0003_more.sql")


async def test_what_changes_nothing_is_no_release_and_says_so(stage: Stage) -> None:
    await stage.deploy("title")
    done = await stage.deploy("title")
    assert (done.progress, done.release, _codes(done)) == (Progress.DONE, 1, ["M999", "R004"])
    assert len(await stage.store.releases(stage.alice, "shop")) == 1
    assert stage.runtime.starts["shop"] == 1


async def test_access_changes_without_a_release(stage: Stage) -> None:
    await stage.deploy("title")
    done = await _head(stage, Access.PUBLIC)
    assert (done.progress, done.release, _codes(done)) == (Progress.DONE, 1, ["R004"])
    assert dict(stage.runtime.specs["shop"].environment)["ACCESS"] == "public"
    assert (await stage.store.instance(stage.alice, "shop")).access is Access.PUBLIC


async def test_a_deploy_without_a_file_releases_the_head_of_main(stage: Stage) -> None:
    await stage.deploy("title")
    own = {"rules.py": b"own = 1\n", "migrations/sqlite/0002_my own.sql": b""}
    pushed = stage.repositories.push("shop", own)
    done = await _head(stage)
    (newest, _) = await stage.store.releases(stage.alice, "shop")
    assert (done.commit, done.release) == (pushed, 2)
    assert newest.scripts == ("0001_initial.sql", "0002_my_own.sql")
    assert stage.databases.backups["shop"] == ("before-release-0002",)


@pytest.mark.parametrize("content", [b"{}", b"not JSON"])
async def test_a_model_changed_by_hand_is_not_built_upon(stage: Stage, content: bytes) -> None:
    await stage.deploy("title")
    stage.repositories.push("shop", {MODEL: content})
    for failed in (await _head(stage), await stage.deploy("title price")):
        assert _codes(failed) == ["R003"]
        assert "git checkout" in failed.problems[0].hint
    assert stage.runtime.specs["shop"].release == 1


async def test_a_migration_that_was_released_cannot_be_changed(stage: Stage) -> None:
    await stage.deploy("title")
    path = "migrations/sqlite/0002_own.sql"
    stage.repositories.push("shop", {path: b"SELECT 1;"})
    released = await _head(stage)
    stage.repositories.push("shop", {path: b"SELECT 2;"})
    failed = await _head(stage)
    assert _codes(failed) == ["R008"]
    assert f"git checkout {released.commit} -- {path}" in failed.problems[0].message
    assert stage.runtime.specs["shop"].release == 2
    stage.repositories.push("shop", {path: b"SELECT 1;", "x": b"x"})
    assert (await _head(stage)).progress is Progress.DONE


async def test_own_work_and_own_migrations_survive_a_new_model(stage: Stage) -> None:
    await stage.deploy("title")
    own = {"rules.py": b"own = 1\n", "migrations/sqlite/0002_own.sql": b"SELECT 1;"}
    stage.repositories.push("shop", own)
    assert (await stage.deploy("title price")).progress is Progress.DONE
    for path, content in own.items():
        assert await stage.repositories.read("shop", "main", path) == content
    assert await stage.repositories.read("shop", "main", "migrations/sqlite/0003_more.sql") == b""


async def test_contradicting_work_stops_the_deploy_and_names_the_files(stage: Stage) -> None:
    await stage.deploy("title")
    pushed = stage.repositories.push("shop", {"main.py": b"mine = 1\n"})
    failed = await stage.deploy("title price")
    assert _codes(failed) == ["R002"]
    assert "main.py" in failed.problems[0].message
    assert await stage.repositories.head("shop") == pushed
    assert stage.runtime.specs["shop"].release == 1


async def test_a_release_that_does_not_start_leaves_the_one_before(stage: Stage) -> None:
    await stage.deploy("title")
    stage.runtime.failing["shop"] = "Boom."
    failed = await stage.deploy("title price")
    instance = await stage.store.instance(stage.alice, "shop")
    assert _codes(failed) == ["I008"]
    assert "Release 1 goes on serving. The new one:" in failed.problems[0].message
    assert "Boom." in failed.problems[0].message
    assert (instance.state, instance.release) == (State.RUNNING, 1)
    assert stage.runtime.starts["shop"] == 1


async def test_each_start_may_take_all_of_its_own_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.deploy("title")

    async def start_late(runtime: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        del runtime, spec
        await asyncio.sleep(deadline)
        raise DeadlinePassed("It was not ready.")

    monkeypatch.setattr(MemoryRuntime, "start", start_late)
    monkeypatch.setattr(journal, "_GRACE", 0)
    stage.settings = replace(stage.settings, deadlines=Deadlines(start=0.1))
    stage.restart()
    failed = await stage.deploy("title price")
    assert _codes(failed) == ["I008"]
    assert "Release 1 goes on serving" in failed.problems[0].message


async def test_an_instance_is_told_all_it_needs(stage: Stage) -> None:
    stage.settings = replace(stage.settings, memory_limit=7, files_limit=8, processes_limit=9)
    stage.restart()
    stage.world = replace(stage.world, operator_key="secret")
    stage.operator = type(stage.operator)(stage.world)
    await stage.deploy("title", sleep_after=60, origins=("https://a.example", "https://b.example"))
    spec = stage.runtime.specs["shop"]
    environment = dict(spec.environment)
    assert spec.limits == Limits(memory=7 * 1024 * 1024, files=8, processes=9)
    assert environment["SLEEP_AFTER_SECONDS"] == "60"
    assert environment["CORS_ORIGINS"] == "https://a.example,https://b.example"
    assert environment["OPERATOR_KEY_SHA256"] == digest(operator_key("secret", "shop"))


async def test_old_releases_are_built_again_only_when_they_are_needed(stage: Stage) -> None:
    for number in range(1, 8):
        await stage.deploy(f"title ={number}")
    releases = await stage.store.releases(stage.alice, "shop")
    built = {commit for _, commit in stage.builder.built}
    assert built == {each.commit for each in releases[:5]}
    done = await _back(stage, 1)
    assert (done.progress, done.release) == (Progress.DONE, 1)
    assert ("shop", releases[-1].commit) in stage.builder.built
    await stage.deploy("title =8")
    assert ("shop", releases[-1].commit) in stage.builder.built
    await stage.deploy("title =9")
    assert ("shop", releases[-1].commit) not in stage.builder.built


async def test_a_damaged_database_is_named_with_its_remedy(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.runtime.stop("shop", 1)
    stage.runtime.failing["shop"] = "malformed"
    stage.databases.damaged["shop"] = "The database is damaged. Restore a backup."
    accepted = await stage.operator.ask(stage.alice, "shop", Verb.RESTART)
    await stage.operator.settle()
    failed = await stage.store.operation(stage.alice, accepted.operation.id)
    assert "Restore a backup." in failed.problems[0].message
    assert "malformed" in failed.problems[0].message


async def test_going_back_serves_the_release_before_and_says_that_main_stays(stage: Stage) -> None:
    await stage.deploy("title =1")
    second = await stage.deploy("title =2")
    done = await _back(stage)
    assert [step.name for step in done.steps] == ["compare", "build", "start"]
    assert (done.progress, done.release, _codes(done)) == (Progress.DONE, 1, ["R006"])
    assert stage.runtime.specs["shop"].release == 1
    assert (await stage.store.instance(stage.alice, "shop")).release == 1
    assert await stage.repositories.head("shop") == second.commit
    again = await stage.deploy("title =2")
    assert (again.progress, again.release) == (Progress.DONE, 3)


async def test_going_back_is_done_once_it_is_recorded(stage: Stage) -> None:
    await stage.deploy("title =1")
    await stage.deploy("title =2")
    stage.restart(Trouble(on="activate", late=True, failure=lambda: OSError("No space left")))
    done = await _back(stage)
    assert (done.progress, done.release) == (Progress.DONE, 1)
    assert (await stage.store.instance(stage.alice, "shop")).release == 1


async def test_going_back_skips_what_never_served(stage: Stage) -> None:
    await stage.deploy("title =1")
    stage.runtime.failing["shop"] = "Boom."
    await stage.deploy("title =2")
    stage.runtime.failing.clear()
    await stage.deploy("title =3")
    assert (await _back(stage)).release == 1


@pytest.mark.parametrize(("release", "said"), [(None, "no release before"), (7, "no release 7")])
async def test_there_must_be_something_to_go_back_to(
    stage: Stage, release: int | None, said: str
) -> None:
    await stage.deploy("title")
    failed = await _back(stage, release)
    assert _codes(failed) == ["R005"]
    assert said in failed.problems[0].message
    assert stage.runtime.starts["shop"] == 1


async def test_nothing_goes_back_to_what_stores_something_else(stage: Stage) -> None:
    await stage.deploy("title")
    await stage.deploy("title price")
    failed = await _back(stage)
    assert [(each.code, each.where) for each in failed.problems] == [("I021", "thing.price")]
    assert "an optional string, that release does not have it" in failed.problems[0].message
    assert stage.runtime.specs["shop"].release == 2


async def test_nothing_goes_back_behind_an_own_migration(stage: Stage) -> None:
    await stage.deploy("title")
    stage.repositories.push("shop", {"migrations/sqlite/0002_own.sql": b"SELECT 1;"})
    await _head(stage)
    failed = await _back(stage)
    assert _codes(failed) == ["R007"]
    assert "0002_own.sql" in failed.problems[0].message


async def test_a_release_that_does_not_go_back_leaves_what_serves(stage: Stage) -> None:
    await stage.deploy("title =1")
    await stage.deploy("title =2")
    stage.runtime.failing["shop"] = "Boom."
    failed = await _back(stage)
    assert _codes(failed) == ["I008"]
    assert "Release 2 goes on serving." in failed.problems[0].message
    assert stage.runtime.specs["shop"].release == 2


@pytest.mark.parametrize("killed_on", ["build", "start", "activate", "keep"])
async def test_going_back_goes_back_once_wherever_it_was_killed(
    stage: Stage, killed_on: str
) -> None:
    for number in range(1, 4):
        await stage.deploy(f"title ={number}")
    stage.restart(Trouble(on=killed_on, late=True))
    accepted = await accept(stage.world, stage.alice, "shop", Verb.ROLLBACK)
    with suppress(Killed):
        await Work(stage.world, accepted.operation).run()
    stage.restart()
    await stage.operator.resume()
    await stage.operator.settle()
    done = await stage.store.operation(stage.alice, accepted.operation.id)
    assert (done.progress, done.release) == (Progress.DONE, 2)
    assert stage.runtime.specs["shop"].release == 2
