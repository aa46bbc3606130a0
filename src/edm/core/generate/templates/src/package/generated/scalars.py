"""The types of values that Python's own types do not bound."""

import datetime as dt
from typing import Annotated

from msgspec import Meta

Integer = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""Whole numbers as a database keeps them."""

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
"""The id of an object."""

Time = Annotated[dt.time, Meta(tz=False)]
"""A time of day, without a zone."""

_EMAIL = r"^[^@\s]{1,64}@[^@\s]{1,255}$"
_URI = r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$"

Email = Annotated[str, Meta(pattern=_EMAIL)]
"""An e-mail address; whether it exists only a letter can tell."""

Uri = Annotated[str, Meta(pattern=_URI)]
"""A URI with its scheme."""

FORMS = {
    _EMAIL: "an e-mail address such as ada@example.org",
    _URI: "a URI such as https://example.org/",
}
"""What texts of a pattern are called."""
