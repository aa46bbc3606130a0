"""Where the time of a test run goes: each marker has a budget, and the summary says who is over."""

from collections import Counter, defaultdict

import pytest

BUDGET_SECONDS = {
    "unit": 90,
    "contract": 45,
    "golden": 30,
    "functional": 180,
    "integration": 180,
    "e2e": 240,
    "faults": 240,
    "soak": 7200,
}

_seconds: defaultdict[str, float] = defaultdict(float)
_kinds: dict[str, str] = {}
_tests: Counter[str] = Counter()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that no budget pays for, and run the quick kinds first."""
    order = list(BUDGET_SECONDS)
    _kinds.update((item.nodeid, kind(item)) for item in items)
    unmarked = [item.nodeid for item in items if not _kinds[item.nodeid]]
    if unmarked:
        raise pytest.UsageError(f"Tests without a marker: {', '.join(unmarked)}")
    items.sort(key=lambda item: order.index(_kinds[item.nodeid]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add a test's setup, call or teardown to its marker's account."""
    marker = _kinds[report.nodeid]
    _seconds[marker] += report.duration
    _tests[marker] += report.when == "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each marker's account."""
    terminalreporter.section("time by marker")
    for marker, budget in BUDGET_SECONDS.items():
        if _tests[marker]:
            verdict = "  OVER BUDGET" if _seconds[marker] > budget else ""
            terminalreporter.write_line(
                f"{marker:<12} {_tests[marker]:>5} tests {_seconds[marker]:>7.1f} s of {budget} s"
                f"{verdict}"
            )


def kind(node: pytest.Item | pytest.Collector) -> str:
    """Return the marker that pays for a test; empty if it has none.

    Not its keywords: these have the names of its directories, too.
    """
    marks = {mark.name for mark in node.iter_markers()}
    return next((name for name in BUDGET_SECONDS if name in marks), "")
