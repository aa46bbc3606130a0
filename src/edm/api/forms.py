"""Forms that come in."""

from dataclasses import dataclass

from litestar.datastructures import UploadFile

from edm.ports.errors import Refused
from edm.ports.store import Access
from edm.services import kinds
from edm.services.accept import Wish


@dataclass
class CheckForm:
    """A model file."""

    file: UploadFile


@dataclass
class DeployForm:
    """A deploy: the instance's name, and the model file unless the head of main is meant.

    ``access`` is public, read-public or private; left out it stays, and is private for a new one.
    """

    name: str
    file: UploadFile | None = None
    access: str = ""


async def wish(form: DeployForm) -> Wish:
    """Return what a form wishes for.

    Raises:
        Refused: There is no such access.
    """
    access = _access(form.access) if form.access else None
    if form.file is None:
        return Wish(access=access)
    return Wish(form.file.filename or "model", await form.file.read(), access)


def _access(text: str) -> Access:
    try:
        return Access(text)
    except ValueError:
        message = f"{text[:40]!r} is no kind of access."
        raise Refused(kinds.ACCESS_UNKNOWN.at("access", message)) from None
