"""Routes about model files."""

from enum import StrEnum

from litestar import get, post
from litestar.enums import MediaType
from litestar.params import FromQuery, MultipartBody
from litestar.status_codes import HTTP_200_OK

from edm.api.forms import CheckForm
from edm.api.needs import Here, Text, Who
from edm.api.rules import READ
from edm.core.export import NOTATIONS
from edm.core.model.report import Report
from edm.core.model.serial import load
from edm.ports.errors import NotFound
from edm.services.understand import understand


class Notation(StrEnum):
    """How a model can be written."""

    PLANTUML = "plantuml"
    MERMAID = "mermaid"


@post("/models:check", status_code=HTTP_200_OK, opt=READ, tags=["models"])
async def check_model(
    data: MultipartBody[CheckForm],
    platform: Here,
) -> Report:
    """Say what is understood of a model file, and every problem with it."""
    limit = platform.world.settings.deadlines.read
    content = await data.file.read()
    return await platform.world.sandbox.run(limit, understand, content, data.file.filename)


@get("/instances/{name:str}/model", opt=READ, tags=["models"], media_type=MediaType.TEXT)
async def show_model(
    name: Text, platform: Here, who: Who, notation: FromQuery[Notation] = Notation.PLANTUML
) -> str:
    """Write the model of the release that serves as the text of a diagram."""
    instance = await platform.world.store.instance(who, name)
    if instance.release is None:
        raise NotFound(f"{name} has no release yet, and so no model.")
    release = await platform.world.store.release(who, name, instance.release)
    return NOTATIONS[notation](load(release.model))


HANDLERS = (check_model, show_model)
