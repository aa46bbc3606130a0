"""What comes in."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from litestar.datastructures import UploadFile
from msgspec import Meta

from edm.ports.store import Order
from edm.services.accept import Wish
from edm.services.wishes import changes, to_access


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


class ChangeForm(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an instance; what is left out or null stays.

    ``access`` is public, read-public or private; ``sleep_after`` the seconds without a request
    until it sleeps, 0 for never; ``origins`` the web origins whose pages may call it.
    """

    access: Annotated[str | None, Meta(examples=["read-public"])] = None
    sleep_after: Annotated[int | None, Meta(examples=[900])] = None
    origins: Annotated[list[str] | None, Meta(examples=[["https://app.example.org"]])] = None


class RollbackForm(msgspec.Struct, forbid_unknown_fields=True):
    """The release to go back to; without one, the one before."""

    release: Annotated[int | None, Meta(examples=[3])] = None


async def wish(form: DeployForm) -> Wish:
    """Return what a form wishes for.

    Raises:
        Refused: There is no such access.
    """
    access = to_access(form.access) if form.access else None
    if form.file is None:
        return Wish(access=access)
    return Wish(form.file.filename or "model", await form.file.read(), access)


def change(form: ChangeForm) -> Order:
    """Return what a form is to change. Raises ``Refused`` if it cannot be."""
    return changes(form.access, form.sleep_after, form.origins)
