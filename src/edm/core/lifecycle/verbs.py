"""Which verbs a state allows."""

from enum import Enum

from edm.core.lifecycle import kinds
from edm.core.lifecycle.states import State, Verb
from edm.core.problems import Kind


class Decision(Enum):
    """What to do about a verb: carry it out, or nothing because it is so already."""

    GO = "go"
    NOTHING = "nothing"


_ALREADY = frozenset(
    {
        (Verb.START, State.RUNNING),
        (Verb.STOP, State.STOPPED),
        (Verb.SLEEP, State.SLEEPING),
    }
)

_DOWN = frozenset({State.STOPPED, State.STOPPING, State.FAILED})
"""States in which nothing runs, nor is woken."""


def decide(verb: Verb, state: State, *, released: bool) -> Decision | Kind:
    """Return whether a verb is carried out, is done already, or why it is refused.

    Args:
        verb: What is asked.
        state: What serves now.
        released: Whether the instance has a release.
    """
    if verb is Verb.DELETE:
        return Decision.GO
    if state is State.DELETING:
        return kinds.BEING_DELETED
    if verb is Verb.DEPLOY:
        return Decision.GO
    if not released:
        return kinds.NOTHING_RELEASED
    if verb is Verb.SLEEP and state in _DOWN:
        return kinds.NOT_AWAKE
    return Decision.NOTHING if (verb, state) in _ALREADY else Decision.GO
