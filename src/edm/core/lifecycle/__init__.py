"""What an instance may do next."""

from edm.core.lifecycle.reconcile import Action, Found, Move, Wanted, plan
from edm.core.lifecycle.states import State, Verb
from edm.core.lifecycle.verbs import Decision, decide

__all__ = ["Action", "Decision", "Found", "Move", "State", "Verb", "Wanted", "decide", "plan"]
