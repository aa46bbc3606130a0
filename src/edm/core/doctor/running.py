"""Facts about what runs, or should, to findings."""

from collections.abc import Iterator
from datetime import timedelta

from edm.core.doctor import kinds
from edm.core.doctor.facts import Certificate, Facts
from edm.core.doctor.findings import Finding, found

_SOON = timedelta(days=7)
"""Certificates are renewed weeks before their end, short ones at two thirds of their life."""

_SHORT = timedelta(hours=1)
"""Before the end of a short one; the proxy's own authority gives them for half a day."""


def examine_running(facts: Facts) -> Iterator[Finding]:
    """Yield what is wrong with the control plane, the proxy, the fork server and the databases."""
    yield from _control(facts)
    yield from _proxy(facts)
    if facts.control.answers and facts.forks is False:
        yield found(kinds.FORKS_DOWN, "fork server", "The fork server does not run.")
    for one in facts.ailing:
        yield found(kinds.INSTANCE_BROKEN, one.name, one.why)
    if facts.unchecked:
        text = f"{len(facts.unchecked)} databases were not checked."
        yield found(kinds.UNCHECKED, "databases", text)
    for unit in facts.units:
        if not unit.current:
            yield found(kinds.UNIT_OUTDATED, unit.path, f"{unit.path} was written otherwise.")
        if unit.differing:
            text = f"{unit.path} gives other values to {', '.join(unit.differing)}."
            yield found(kinds.UNIT_DIFFERS, unit.path, text)


def _control(facts: Facts) -> Iterator[Finding]:
    control = facts.control
    if control.database:
        yield found(kinds.DATABASE_BROKEN, "control.db", f"It says: {control.database}.")
    if not control.locked and facts.proxy.running:
        text = f"No control plane runs on {facts.home}, but its proxy does."
        yield found(kinds.CONTROL_GONE, facts.home, text)
    elif not control.locked:
        yield found(kinds.CONTROL_DOWN, facts.home, f"No control plane runs on {facts.home}.")
    elif not control.answers:
        text = f"Process {control.pid} does not answer." if control.pid else "It does not answer."
        yield found(kinds.CONTROL_SILENT, facts.home, text)
    elif control.version != control.installed:
        text = f"{control.version} runs, {control.installed} is installed."
        yield found(kinds.VERSION_OLD, "version", text)


def _proxy(facts: Facts) -> Iterator[Finding]:
    proxy = facts.proxy
    if proxy.running and not proxy.answers:
        yield found(kinds.PROXY_SILENT, "proxy", "The proxy does not answer.")
    elif proxy.running and not proxy.current:
        yield found(kinds.PROXY_OUTDATED, "proxy", "The proxy's configuration is another one.")
    elif not proxy.running and facts.control.answers:
        yield found(kinds.PROXY_DOWN, "proxy", "The proxy does not run.")
    for one in proxy.certificates:
        yield from _certificate(facts, one)


def _certificate(facts: Facts, one: Certificate) -> Iterator[Finding]:
    left = one.expires - facts.now
    text = f"The certificate of {one.name} ends on {one.expires:%Y-%m-%d at %H:%M} UTC."
    if left < timedelta(0):
        yield found(kinds.CERTIFICATE_EXPIRED, one.name, text)
    elif left < (_SHORT if one.short else _SOON):
        yield found(kinds.CERTIFICATE_EXPIRES, one.name, text)
