"""Who is shown a page where an instance does not answer, and who gets data."""


def wanted(accept: str) -> bool:
    """Return whether who sends this ``Accept`` header would rather have a page than data."""
    weights = dict(map(_weight, accept.lower().split(",")))
    page = _best(weights, "text/html", "application/xhtml+xml", "text/*")
    data = _best(weights, "application/problem+json", "application/json", "application/*", "*/*")
    return page > data


def _best(weights: dict[str, float], *kinds: str) -> float:
    return max(weights.get(kind, 0.0) for kind in kinds)


def _weight(part: str) -> tuple[str, float]:
    kind, *parameters = (word.strip() for word in part.split(";"))
    texts = [word[2:] for word in parameters if word.startswith("q=")]
    try:
        return kind, float(texts[0]) if texts else 1.0
    except ValueError:
        return kind, 0.0
