import pytest

from edm.core.lifecycle import Decision, State, Verb, decide
from edm.core.problems import Kind

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_every_verb_has_an_answer_in_every_state(verb: Verb, state: State) -> None:
    assert isinstance(decide(verb, state, released=True), Decision | Kind)


@pytest.mark.parametrize(
    ("verb", "state", "decision"),
    [
        (Verb.START, State.RUNNING, Decision.NOTHING),
        (Verb.START, State.STOPPED, Decision.GO),
        (Verb.START, State.FAILED, Decision.GO),
        (Verb.STOP, State.STOPPED, Decision.NOTHING),
        (Verb.STOP, State.RUNNING, Decision.GO),
        (Verb.RESTART, State.STOPPED, Decision.GO),
        (Verb.DEPLOY, State.FAILED, Decision.GO),
        (Verb.DELETE, State.DELETING, Decision.GO),
        (Verb.START, State.SLEEPING, Decision.GO),
        (Verb.STOP, State.SLEEPING, Decision.GO),
        (Verb.SLEEP, State.RUNNING, Decision.GO),
        (Verb.SLEEP, State.SLEEPING, Decision.NOTHING),
        (Verb.CONFIGURE, State.STOPPED, Decision.GO),
        (Verb.ROLLBACK, State.FAILED, Decision.GO),
    ],
)
def test_a_verb_is_carried_out_unless_it_is_so_already(
    verb: Verb, state: State, decision: Decision
) -> None:
    assert decide(verb, state, released=True) is decision


@pytest.mark.parametrize("verb", set(Verb) - {Verb.DELETE})
def test_nothing_but_deleting_is_possible_while_deleting(verb: Verb) -> None:
    decision = decide(verb, State.DELETING, released=True)
    assert isinstance(decision, Kind)
    assert decision.code == "I011"


@pytest.mark.parametrize("verb", [Verb.START, Verb.STOP, Verb.RESTART])
def test_without_a_release_there_is_nothing_to_start_or_stop(verb: Verb) -> None:
    decision = decide(verb, State.FAILED, released=False)
    assert isinstance(decision, Kind)
    assert decision.code == "I010"


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED])
def test_what_does_not_run_cannot_go_to_sleep(state: State) -> None:
    decision = decide(Verb.SLEEP, state, released=True)
    assert isinstance(decision, Kind)
    assert decision.code == "I012"
