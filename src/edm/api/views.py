"""What the control plane shows: its values as JSON. Fields may be added, never taken away."""

from datetime import datetime

import msgspec

from edm.core.model.domain import DomainModel
from edm.core.problems import Problem
from edm.ports.runtime import Observed
from edm.ports.store import Event, Instance, Operation, Release, Step
from edm.wiring.platform import Platform


class FailureView(msgspec.Struct, kw_only=True):
    """A deploy that failed: when, the last line of why, and the operation that has all of it.

    ``operation`` is empty where a push was refused before there was one.
    """

    at: datetime
    reason: str
    operation: str


class InstanceView(msgspec.Struct, kw_only=True):
    """An instance.

    ``sleep_after`` is in seconds, 0 for never; ``used`` is when its last request came, as far as
    is known. Given for one instance, not in lists: ``since``, ``memory`` (bytes) and ``requests``
    if it runs, ``operation``, which is under way, ``try_url``, which lists objects of its release,
    ``problems``, what that release's model left to guess, ``backups``, the labels of its
    database's copies, oldest first, and ``failure``, if the last deploy failed. Lists give what
    runs its figures where ``live`` asks for them.
    """

    name: str
    owner: str
    state: str
    access: str
    release: int | None
    sleep_after: int
    origins: tuple[str, ...]
    reason: str
    url: str
    path_url: str
    docs_url: str
    git_url: str
    worker: str
    created: datetime
    changed: datetime
    used: datetime | None
    since: datetime | None = None
    memory: int | None = None
    requests: int | None = None
    operation: str | None = None
    try_url: str = ""
    problems: tuple[Problem, ...] = ()
    backups: tuple[str, ...] = ()
    failure: FailureView | None = None


class OperationView(msgspec.Struct, kw_only=True):
    """An operation and, once it is done, where to find what came of it.

    ``api_key`` is given in the answer to a change that made one, and never again.
    """

    id: str
    instance: str
    name: str
    verb: str
    progress: str
    created: datetime
    finished: datetime | None
    seconds: float | None
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    commit: str
    release: int | None
    url: str
    docs_url: str
    git_url: str
    api_key: str | None = None


class AcceptedView(msgspec.Struct, kw_only=True):
    """An accepted operation and a new API key, if one was made: it is shown here and never again.

    The key is valid once the operation is done.
    """

    operation: OperationView
    api_key: str | None


class ReleaseView(msgspec.Struct, kw_only=True):
    """A release: whose operation made it, and how that ended; empty where that is forgotten."""

    instance: str
    number: int
    commit: str
    created: datetime
    migrations: tuple[str, ...]
    by: str = ""
    outcome: str = ""


class EventView(msgspec.Struct, kw_only=True):
    """Something that happened, and who did it; of a failure, the place of its first problem."""

    id: int
    instance: str
    what: str
    where: str
    principal: str
    at: datetime
    operation: str


class FiguresView(msgspec.Struct, kw_only=True):
    """What is known in figures of an instance; null what is not.

    ``memory`` is in bytes; ``requests`` are those answered since ``since``.
    """

    name: str
    state: str
    release: int | None
    since: datetime | None
    memory: int | None
    requests: int | None
    used: datetime | None


def instance_view(
    platform: Platform, instance: Instance, owner: str, observed: Observed | None = None
) -> InstanceView:
    """Return an instance, whose owner is called so, as JSON."""
    url = platform.world.ingress.url(instance.name)
    return InstanceView(
        name=instance.name,
        owner=owner,
        state=instance.state.value,
        access=instance.access.value,
        release=instance.release,
        sleep_after=instance.sleep_after,
        origins=instance.origins,
        reason=instance.reason,
        url=url,
        path_url=platform.world.ingress.path_url(instance.name),
        docs_url=f"{url}docs",
        git_url=platform.git_url(instance.name),
        worker=platform.worker,
        created=instance.created,
        changed=instance.changed,
        used=last_use(instance, observed),
        since=observed.since if observed else None,
        memory=observed.memory if observed else None,
        requests=observed.requests if observed else None,
    )


def failure_view(event: Event) -> FailureView:
    """Return the event of a deploy that failed as JSON."""
    reason = event.what.partition(": ")[2]
    return FailureView(at=event.at, reason=reason, operation=event.operation)


def last_use(instance: Instance, observed: Observed | None) -> datetime | None:
    """Return when an instance's last request came: what it says itself is newer than the record."""
    seen = observed.used if observed else None
    return max(filter(None, (instance.used, seen)), default=None)


def figures_view(instance: Instance, observed: Observed | None) -> FiguresView:
    """Return an instance's figures as JSON."""
    return FiguresView(
        name=instance.name,
        state=instance.state.value,
        release=instance.release,
        since=observed.since if observed else None,
        memory=observed.memory if observed else None,
        requests=observed.requests if observed else None,
        used=last_use(instance, observed),
    )


def first_collection(model: bytes) -> str:
    """Return the path of the first list that a release's model has; empty if it has none."""
    entities = msgspec.json.decode(model, type=DomainModel).entities
    return next((one.collection.kebab for one in entities if not one.abstract), "")


def operation_view(platform: Platform, operation: Operation) -> OperationView:
    """Return an operation as JSON."""
    url = platform.world.ingress.url(operation.instance)
    return OperationView(
        id=operation.id,
        instance=operation.instance,
        name=operation.instance,
        verb=operation.verb.value,
        progress=operation.progress.value,
        created=operation.created,
        finished=operation.finished,
        seconds=_seconds(operation),
        steps=operation.steps,
        problems=operation.problems,
        commit=operation.commit,
        release=operation.release,
        url=url,
        docs_url=f"{url}docs",
        git_url=platform.git_url(operation.instance),
    )


def release_view(release: Release) -> ReleaseView:
    """Return a release as JSON."""
    return ReleaseView(
        instance=release.instance,
        number=release.number,
        commit=release.commit,
        created=release.created,
        migrations=release.scripts,
    )


def event_view(event: Event, where: str) -> EventView:
    """Return an event as JSON."""
    return EventView(
        id=event.id,
        instance=event.instance,
        what=event.what,
        where=where,
        principal=event.principal,
        at=event.at,
        operation=event.operation,
    )


def _seconds(operation: Operation) -> float | None:
    if operation.finished is None:
        return None
    return round((operation.finished - operation.created).total_seconds(), 3)
