"""Routes about model files."""

from litestar import post
from litestar.params import MultipartBody
from litestar.status_codes import HTTP_200_OK

from edm.api.forms import CheckForm
from edm.api.needs import Here
from edm.api.rules import READ
from edm.core.model.report import Report
from edm.services.understand import understand


@post("/models:check", status_code=HTTP_200_OK, opt=READ, tags=["models"])
async def check_model(
    data: MultipartBody[CheckForm],
    platform: Here,
) -> Report:
    """Say what is understood of a model file, and every problem with it."""
    limit = platform.world.settings.deadlines.read
    content = await data.file.read()
    return await platform.world.sandbox.run(limit, understand, content, data.file.filename)
