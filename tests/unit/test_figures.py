"""What is read from an instance's page of metrics."""

from datetime import UTC, datetime

import pytest

from edm.adapters.process.figures import Figures, read

pytestmark = pytest.mark.unit

PAGE = """\
# HELP http_requests_total Requests answered.
# TYPE http_requests_total counter
http_requests_total{status="2xx"} 40
http_requests_total{status="4xx"} 2
# TYPE last_request_timestamp_seconds gauge
last_request_timestamp_seconds 1767225600.5
"""


def test_requests_of_all_kinds_are_added_up() -> None:
    assert read(PAGE) == Figures(datetime(2026, 1, 1, 0, 0, 0, 500_000, UTC), 42)


@pytest.mark.parametrize("page", ["", "no metrics at all", "last_request_timestamp_seconds x"])
def test_nothing_is_known_of_who_says_nothing(page: str) -> None:
    assert read(page) == Figures()


@pytest.mark.parametrize("number", ["1e999", "1.2.3", "9e99", "1e300", ".+e", "9007199254740992"])
@pytest.mark.parametrize("figure", ["http_requests_total", "last_request_timestamp_seconds"])
def test_what_no_figure_can_be_is_passed_over(figure: str, number: str) -> None:
    told = read(f"{PAGE}{figure} {number}\n")
    assert told.used is None or told.used == read(PAGE).used
    assert told.requests in {42, 2**53}


def test_who_was_never_asked_was_never_used() -> None:
    assert read("http_requests_total 0\nlast_request_timestamp_seconds 0\n") == Figures(None, 0)
