"""A control plane over fakes, and the trouble it can be given."""
# ruff: noqa: ANN401 - what stands for any port takes and gives anything

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from edm.adapters.memory import (
    MemoryBuilder,
    MemoryClock,
    MemoryDatabases,
    MemoryFormatter,
    MemoryIngress,
    MemoryRepositories,
    MemoryRuntime,
    MemoryVault,
)
from edm.core.evolve import evolve
from edm.core.model.domain import Attribute, DomainModel, Entity, Scalar
from edm.core.model.names import Name
from edm.core.model.report import Report
from edm.core.model.serial import dump, load
from edm.core.model.tree import MIGRATIONS, MODEL, File, FileTree
from edm.core.problems import Kind, Level
from edm.ports.store import Principal, Store
from edm.services.accept import Wish
from edm.services.operate import Operator
from edm.services.understand import Base
from edm.services.world import World
from edm.settings import Settings
from tests.unit.services.stores import open_copy, open_quickly

UNREADABLE = Kind("F999", Level.ERROR, "It is unreadable.", "Give a readable one.")
GUESSED = Kind("M999", Level.WARNING, "It was guessed.", "Say it.")


class Killed(BaseException):
    """The control plane's process ends right here."""


@dataclass
class Trouble:
    """Strikes at one call of a port, counted from 1 over all of them.

    Attributes:
        at: The call; 0 for none.
        on: The name of the call instead, the first of this name.
        late: Whether the call is carried out before the trouble.
        failure: Makes what is raised.
    """

    at: int = 0
    late: bool = False
    failure: Callable[[], BaseException] = Killed
    on: str = ""
    calls: int = 0
    struck: str = ""

    async def pass_by(self, name: str, call: Callable[[], Any]) -> Any:
        """Carry out a call, or strike."""
        self.calls += 1
        strikes = self.calls == self.at or (name == self.on and not self.struck)
        if strikes:
            self.struck = name
        if strikes and not self.late:
            raise self.failure()
        result = await call()
        if strikes:
            raise self.failure()
        return result


@dataclass(frozen=True)
class Troubled:
    """A port whose calls pass by the trouble."""

    port: Any
    trouble: Trouble

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.port, name)
        if not callable(method) or name in {"url", "path_url", "logs"}:
            return method

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self.trouble.pass_by(name, lambda: method(*args, **kwargs))

        return call


@dataclass
class CountedChance:
    """Ids and secrets that are never the same, also between worlds."""

    numbers: Any = field(default_factory=count)

    def id(self) -> str:
        return f"{next(self.numbers):032x}"

    def secret(self) -> str:
        return f"secret-{next(self.numbers)}"


class WordSandbox:
    """Understands files that say which attributes the one entity has, and ``bad`` ones.

    ``price`` is an optional attribute, ``price!`` a required one, ``=`` a remark in the source.
    """

    async def run(self, deadline: float, function: Any, *args: Any) -> Any:
        del deadline
        if function.__name__ not in {"understand", "draw"}:
            return function(*args)
        report = read_words(args[0].decode(), args[1])
        return report if function.__name__ == "understand" else draw_words(report, *args)

    async def close(self) -> None:
        """Do nothing."""


def read_words(words: str, filename: str) -> Report:
    """Return the model whose one entity has an attribute for each word."""
    if "bad" in words.split():
        return Report("words", "", 0, 0, 0, 0, 0, (UNREADABLE.at(filename, "bad"),), None)
    named = (word for word in words.split() if not word.startswith("="))
    attributes = tuple(
        Attribute(word, Name(word, (word.strip("!"),)), Scalar.STRING, required="!" in word)
        for word in named
    )
    thing = Entity("thing", Name("Thing", ("thing",)), Name("Things", ("things",)))
    model = DomainModel(Name("m", ("m",)), (replace(thing, attributes=attributes),))
    return Report("words", "", 1, len(attributes), 0, 0, 0, (GUESSED.at("Thing", "so"),), model)


def draw_words(
    report: Report, content: bytes, filename: str, base: Base | None
) -> tuple[Report, FileTree | None]:
    """Return the source of a model: its words, itself, and a script for each change."""
    del filename
    if report.model is None:
        return report, None
    scripts: tuple[File, ...] = (File(f"{MIGRATIONS}0001_initial.sql", b""),)
    if base is not None:
        evolved = evolve(load(base.model), report.model)
        if isinstance(evolved, tuple):
            return replace(report, problems=evolved, model=None), None
        number = len(base.scripts) + 1
        added = (File(f"{MIGRATIONS}{number:04}_more.sql", b""),) if evolved.additions else ()
        scripts = base.scripts + added
    files = (File("main.py", b"# " + content + b"\n"), File(MODEL, dump(report.model)), *scripts)
    return report, FileTree(files)


@dataclass
class Stage:
    """All that outlives a control plane, and the control plane of the moment.

    Attributes:
        settings: With a home of its own.
        store: Remembers.
        runtime: Runs instances, by name only.
        world: The ports, troubled or not.
        operator: Carries out operations.
    """

    settings: Settings
    store: Store
    runtime: MemoryRuntime
    repositories: MemoryRepositories
    builder: MemoryBuilder
    databases: MemoryDatabases
    clock: MemoryClock
    chance: CountedChance
    alice: Principal
    bob: Principal

    vault: MemoryVault = field(default_factory=MemoryVault)

    world: World = field(init=False)
    operator: Operator = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, trouble: Trouble | None = None) -> None:
        """Have another control plane, as after the death of the last one."""

        def port(one: Any) -> Any:
            return Troubled(one, trouble) if trouble else one

        self.world = World(
            settings=self.settings,
            store=port(self.store),
            repositories=port(self.repositories),
            builder=port(self.builder),
            runtime=port(self.runtime),
            databases=port(self.databases),
            ingress=MemoryIngress(),
            sandbox=port(WordSandbox()),
            formatter=port(MemoryFormatter()),
            clock=self.clock,
            chance=self.chance,
            vault=self.vault,
        )
        self.operator = Operator(self.world)

    async def deploy(self, words: str, name: str = "shop", **wish: Any) -> Any:
        """Deploy a file of words to the end and return the operation as it is then."""
        given = Wish(filename="words.txt", content=words.encode(), **wish)
        accepted = await self.operator.deploy(self.alice, name, given)
        await self.operator.settle()
        return await self.store.operation(self.alice, accepted.operation.id)

    def left(self) -> tuple[set[str], set[str], set[tuple[str, str]]]:
        """Return what there is outside the store: processes, databases, artefacts."""
        return set(self.runtime.specs), set(self.databases.names), set(self.builder.built)


async def open_stage(home: Path, template: Path) -> Stage:
    """Return a stage in a directory, its database a copy of a migrated one."""
    settings = Settings(home=home, run=home / "run")
    store = await open_copy(template, home / "control.db")
    clock, repositories = MemoryClock(), MemoryRepositories()
    return Stage(
        settings=settings,
        store=store,
        runtime=MemoryRuntime(clock),
        repositories=repositories,
        builder=MemoryBuilder(repositories),
        databases=MemoryDatabases(),
        clock=clock,
        chance=CountedChance(),
        alice=await store.add_user("alice", clock.now(), admin=False),
        bob=await store.add_user("bob", clock.now(), admin=False),
    )


async def make_template(path: Path) -> None:
    """Write a migrated, empty database."""
    store = await open_quickly(f"sqlite+aiosqlite:///{path}")
    await store.shut()
