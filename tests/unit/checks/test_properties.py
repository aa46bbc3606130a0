"""Whatever a file says: a report, never an exception, and never an unsound model."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edm.core.checks import check
from edm.core.checks.names import MAX_LENGTH, fit, number, split
from edm.core.model.draft import Draft
from edm.core.problems import Level, Problem, usable
from tests.strategies.drafts import drafts, names, tidy_drafts
from tests.strategies.soundness import assert_sound

pytestmark = pytest.mark.unit

# Drawing a draft takes far longer than checking it, so each is used for all it can show.
hostile = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@hostile
@given(drafts())
def test_any_draft_gives_one_report_and_a_model_only_without_errors(draft: Draft) -> None:
    report = check(draft)
    assert report == check(draft)
    assert (report.model is not None) == usable(report.problems)
    levels = [problem.level is Level.ERROR for problem in report.problems]
    assert levels == sorted(levels, reverse=True)
    assert_harmless(report.problems)


@hostile
@given(tidy_drafts())
def test_every_model_keeps_its_promises(draft: Draft) -> None:
    report = check(draft)
    if report.model:
        assert_sound(report.model)


def assert_harmless(problems: tuple[Problem, ...]) -> None:
    """No message carries what could steer a terminal or fill a screen."""
    for problem in problems:
        assert problem.message.isprintable()
        assert len(problem.message) < 1000
        assert problem.hint


@given(names)
def test_words_are_safe(name: str) -> None:
    words = split(name)
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)


@given(st.lists(st.from_regex("[a-z][a-z0-9]{0,30}", fullmatch=True), min_size=1), st.integers(2))
def test_words_fit_with_and_without_numbers(words: list[str], ordinal: int) -> None:
    ordinal %= 10**6
    assert 0 < len("_".join(fit(tuple(words)))) <= MAX_LENGTH
    assert len("_".join(number(tuple(words), ordinal))) <= MAX_LENGTH
