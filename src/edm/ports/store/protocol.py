"""What a control plane's memory can be asked."""

from datetime import datetime
from typing import Protocol

from edm.core.lifecycle.states import State
from edm.ports.store.people import EVERYTHING, Principal, Removal, Scope, Token, User
from edm.ports.store.work import Count, Event, Instance, Mirror, Operation, Order, Release


class Store(Protocol):
    """What is remembered. Each method is one transaction.

    A principal sees their own instances, an administrator everyone's. What they may not see
    raises ``NotFound``, exactly as what is not there.
    """

    async def authenticate(self, token_hash: str, now: datetime) -> Principal | None:
        """Return who shows the token with this hash, and note that it was used.

        None if it is nobody's, or ended before ``now``.
        """
        ...

    async def admits(self, who: Principal, now: datetime) -> bool:
        """Return whether the token a principal showed still lets them in."""
        ...

    async def add_user(self, name: str, now: datetime, *, admin: bool) -> Principal:
        """Make a user. Raises ``Taken`` if there is one of this name."""
        ...

    async def users(self, who: Principal) -> tuple[User, ...]:
        """Return the users the principal may see, by name: all, or themselves only."""
        ...

    async def remove_user(self, who: Principal, name: str) -> Removal:
        """Remove a user and end their tokens at once, unless something is in the way.

        Raises:
            NotFound: There is no such user, or the principal is no administrator.
        """
        ...

    async def add_token(
        self,
        who: Principal,
        name: str,
        token_hash: str,
        now: datetime,
        *,
        scopes: frozenset[Scope] = EVERYTHING,
        expires: datetime | None = None,
    ) -> Token:
        """Keep the hash of a principal's new token.

        It never does more than the principal may, nor longer: scopes they lack are left out, and
        it ends with the token they showed.

        Raises:
            NotFound: The user was removed by now.
        """
        ...

    async def tokens(self, who: Principal) -> tuple[Token, ...]:
        """Return the tokens of the principal, or everybody's for an administrator, oldest first."""
        ...

    async def revoke_token(self, who: Principal, token: int) -> Token:
        """End a token at once and return what it was. Raises ``NotFound``."""
        ...

    async def instance(self, who: Principal, name: str) -> Instance:
        """Return an instance. Raises ``NotFound``."""
        ...

    async def instances(
        self, who: Principal, after: str = "", limit: int | None = None
    ) -> tuple[Instance, ...]:
        """Return the instances the principal may see, by name.

        Args:
            who: Who asks.
            after: Only those whose names come after this one.
            limit: At most so many; None for all.
        """
        ...

    async def standing(self, names: tuple[str, ...]) -> tuple[Instance, ...]:
        """Return anybody's instances that are recorded as running, and those with these names."""
        ...

    async def states(self, who: Principal) -> dict[State, int]:
        """Return how many instances the principal may see are in each state there is one in."""
        ...

    async def taken(self, name: str) -> bool:
        """Return whether anybody has an instance of this name."""
        ...

    async def open(self, operation: Operation, order: Order, new: Instance | None) -> Operation:
        """Record an operation with its order, and the instance it makes, all or nothing.

        Returns:
            The operation; or the unfinished one of the same instance that is in its way, and
            then nothing was recorded.

        Raises:
            NotFound: ``new`` is None and the instance is gone by now.
            Taken: ``new`` is given and the name was taken by now.
        """
        ...

    async def record(self, operation: Operation) -> None:
        """Keep an operation's progress, steps, problems, commit and release."""
        ...

    async def close(self, operation: Operation, what: str) -> None:
        """Record a finished operation and its event, by who asked, and erase its order.

        Once: what is closed already stays as it is.
        """
        ...

    async def order(self, operation: str) -> Order:
        """Return what an unfinished operation was asked to do."""
        ...

    async def operation(self, who: Principal, operation: str) -> Operation:
        """Return an operation, unfinished or not. Raises ``NotFound``, also for a forgotten one."""
        ...

    async def unfinished(self) -> tuple[Operation, ...]:
        """Return all operations that did not end, oldest first."""
        ...

    async def move(
        self,
        name: str,
        state: State,
        now: datetime,
        reason: str = "",
        *,
        only_from: frozenset[State] | None = None,
        what: str = "",
        used: datetime | None = None,
    ) -> bool:
        """Set an instance's state and why it is so; return whether it was set.

        It is not if the instance is gone, or if it is in none of the states of ``only_from``. If
        it was, ``what`` is kept as an event of the platform's; empty is none. ``used`` is kept
        together with it, as by ``touch``, whether it was set or not.
        """
        ...

    async def activate(self, instance: Instance) -> None:
        """Say that an instance runs: with this release, access, key, sleep and these origins.

        ``instance.changed`` says since when. Does nothing if it is gone.
        """
        ...

    async def configure(self, instance: Instance) -> None:
        """Keep an instance's access, key, sleep and origins, whatever state it is in.

        Does nothing if it is gone.
        """
        ...

    async def touch(self, name: str, used: datetime) -> None:
        """Keep when an instance's last request came; an earlier moment than known is ignored."""
        ...

    async def add_release(self, release: Release) -> Release:
        """Keep a release under the next number and return it. Once per operation."""
        ...

    async def release(self, who: Principal, name: str, number: int) -> Release:
        """Return a release. Raises ``NotFound``."""
        ...

    async def releases(self, who: Principal, name: str) -> tuple[Release, ...]:
        """Return an instance's releases, newest first. Raises ``NotFound``."""
        ...

    async def events(
        self, who: Principal, name: str | None, limit: int, after: int | None = None
    ) -> tuple[Event, ...]:
        """Return events the principal may see, oldest first, at most ``limit``.

        Args:
            who: Who asks.
            name: Only those of this instance; None for all.
            limit: How many.
            after: The first ones after this id; None for the newest there are.
        """
        ...

    async def add_event(self, who: Principal, what: str, now: datetime, instance: str = "") -> None:
        """Keep that somebody did something, or that something happened, which is no operation.

        Its first word is its kind, by which it is counted. The oldest events are forgotten when
        there are too many, and with them the operations they told the end of, unless one made a
        release that is listed. Who owns the instance may read it; without one, who did it.
        """
        ...

    async def counts(self) -> tuple[Count, ...]:
        """Return how often each thing happened; these numbers never fall."""
        ...

    async def mirror(self, who: Principal, name: str) -> Mirror | None:
        """Return where an instance's repository is pushed; None if nowhere. Raises ``NotFound``."""
        ...

    async def set_mirror(self, who: Principal, mirror: Mirror) -> None:
        """Keep where an instance's repository is pushed from now on. Raises ``NotFound``."""
        ...

    async def drop_mirror(self, who: Principal, name: str) -> None:
        """Forget where an instance's repository was pushed. Idempotent. Raises ``NotFound``."""
        ...

    async def mirrors(self) -> tuple[Mirror, ...]:
        """Return all mirrors, by instance."""
        ...

    async def record_mirror(self, mirror: Mirror) -> None:
        """Keep how a push went: commit, failures, reason and when it was tried.

        Does nothing if the mirror is gone, or pushes elsewhere by now.
        """
        ...

    async def erase(self, name: str) -> None:
        """Remove an instance, its releases and its mirror; its history stays. Idempotent."""
        ...

    async def shut(self) -> None:
        """Let go of the database."""
        ...
