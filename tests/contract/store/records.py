"""Values to keep."""

from datetime import UTC, datetime
from pathlib import Path

from edm.core.lifecycle import State, Verb
from edm.ports.store import Access, Instance, Operation, Principal, Progress, Step, Store

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def url_in(directory: Path) -> str:
    """Return the URL of a database in a directory."""
    return f"sqlite+aiosqlite:///{directory / 'control.db'}"


def an_instance(owner: Principal, name: str = "shop") -> Instance:
    """Return an instance that is being made."""
    return Instance(
        name,
        owner.id,
        State.BUILDING,
        Access.PRIVATE,
        "h" * 64,
        None,
        NOW,
        NOW,
        sleep_after=900,
        origins=("https://a.example", "http://b.example:81"),
    )


def an_operation(owner: Principal, identity: str = "1", name: str = "shop") -> Operation:
    """Return an operation with a step that is done and one that waits."""
    steps = (Step("read", Progress.DONE, "", 0.5), Step("start", Progress.WAITING))
    return Operation(
        identity, name, owner.id, owner.id, Verb.DEPLOY, Progress.WAITING, NOW, steps=steps
    )


async def some_users(store: Store) -> tuple[Principal, Principal, Principal]:
    """Return two members and an administrator."""
    return (
        await store.add_user("alice", NOW, admin=False),
        await store.add_user("bob", NOW, admin=False),
        await store.add_user("root", NOW, admin=True),
    )
