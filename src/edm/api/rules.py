"""What each route asks of who calls it. A route without a rule is none: the app is not made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

from edm.ports.store import Scope

_RULE = "rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks for.

    Attributes:
        scope: The scope that the token must have; None for no token at all.
        admins: Whether it is for administrators only.
    """

    scope: Scope | None
    admins: bool = False


def _opt(rule: Rule) -> dict[str, Any]:
    # The second is read by the framework's authentication.
    return {_RULE: rule, "exclude_from_auth": rule.scope is None}


OPEN = _opt(Rule(None))
"""The options of a route that anybody may call."""

READ = _opt(Rule(Scope.READ))
"""The options of a route that looks at what the caller may see."""

WRITE = _opt(Rule(Scope.WRITE))
"""The options of a route that changes what is the caller's."""

ADMIN = _opt(Rule(Scope.ADMIN, admins=True))
"""The options of a route that changes what is everybody's."""

OVERSEE = _opt(Rule(Scope.READ, admins=True))
"""The options of a route that looks at the platform as a whole."""


def rule_of(opt: Mapping[str, Any]) -> Rule:
    """Return the rule among a route's options. Raises ``KeyError`` if there is none."""
    rule: Rule = opt[_RULE]
    return rule


def demand_rules(app: Litestar, described_at: str) -> None:
    """Do nothing if every route has its rule.

    Args:
        app: The application.
        described_at: Path of the framework's own routes, which show what the API is.

    Raises:
        TypeError: A route has none.
    """
    for route in app.routes:
        if route.path == described_at or route.path.startswith(f"{described_at}/"):
            continue
        for handler in _handlers(route):
            if _RULE not in handler.opt:
                raise TypeError(f"{route.path} has no rule: give {handler} one of api/rules.py.")


def _handlers(route: BaseRoute) -> tuple[BaseRouteHandler, ...]:
    if isinstance(route, HTTPRoute):
        found = ((handler, handler.http_methods) for handler in route.route_handlers)
        # Which methods there are is no secret; the framework answers that by itself.
        return tuple(handler for handler, methods in found if methods != {"OPTIONS"})
    handler: BaseRouteHandler = route.route_handler  # type: ignore[attr-defined]
    return (handler,)
