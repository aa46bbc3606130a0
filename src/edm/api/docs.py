"""The API's documentation: OpenAPI 3.1, and a page that needs nothing from elsewhere."""

from html import escape
from typing import Any

from litestar import Request
from litestar.enums import MediaType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from edm.api.described import complete
from edm.services.platform import VERSION

_Request = Request[Any, Any, Any]

PATH = "/api/docs"
"""Where the description is shown, as a page and as `openapi.json` below it."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { background: #8881; padding: .1rem .3rem; border-radius: .2rem }
h3 { margin: 1.5rem 0 0 } h3 span { display: inline-block; min-width: 5rem; color: #06c }
td, th { text-align: left; padding: .1rem 1rem .1rem 0; vertical-align: top }
:root { color-scheme: light dark }
"""


class Page(OpenAPIRenderPlugin):
    """Renders the whole description as one page of HTML, without scripts."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)

    def render(self, request: _Request, openapi_schema: dict[str, Any]) -> bytes:
        """Return the page."""
        openapi_schema = complete(openapi_schema, request.app)
        info = openapi_schema["info"]
        title = escape(info["title"])
        body = "".join(
            _operation(method, path, operation)
            for path, methods in sorted(openapi_schema["paths"].items())
            for method, operation in methods.items()
            if isinstance(operation, dict)
        )
        return (
            "<!doctype html><html lang=en><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width'>"
            f"<title>{title}</title><style>{_STYLE}</style>"
            f"<h1>{title} {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
            f"<p><a href='/api/docs/openapi.json'>openapi.json</a></p>{body}</html>"
        ).encode()


class Document(JsonRenderPlugin):
    """Renders the whole description as JSON."""

    def render(self, request: _Request, openapi_schema: dict[str, Any]) -> bytes:
        """Return the document."""
        return super().render(request, complete(openapi_schema, request.app))


def config() -> OpenAPIConfig:
    """Return what the description says about the API as a whole, and where it is shown."""
    bearer = SecurityScheme(type="http", scheme="bearer", description="A token of EDM.")
    return OpenAPIConfig(
        title="EDM control plane",
        version=VERSION,
        description=(
            "Deploy domain models and operate the servers made of them. Send a token as "
            "Authorization: Bearer TOKEN. Errors are problem documents (RFC 9457)."
        ),
        path=PATH,
        render_plugins=[Page(), Document()],
        use_handler_docstrings=True,
        components=Components(security_schemes={"token": bearer}),
        security=[{"token": []}],
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(one) for one in operation.get("parameters") or ())
    table = f"<table>{rows}</table>" if rows else ""
    text = operation.get("description") or operation.get("summary") or ""
    answers = ", ".join(sorted(operation.get("responses") or ()))
    return (
        f"<h3><span>{escape(method.upper())}</span> <code>{escape(path)}</code></h3>"
        f"<p>{escape(text)} <small>Answers: {escape(answers)}.</small></p>{table}"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    cells = (parameter["name"], parameter["in"], parameter.get("description") or "")
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
