"""Which tool wrote a document, and what follows from that."""

from dataclasses import dataclass

from edm.core.importers.markup import Element, attribute, children, local
from edm.core.importers.words import shown


@dataclass(frozen=True, slots=True)
class Family:
    """The tool behind a document.

    Attributes:
        format: Short name of the notation.
        tool: The tool and its version as far as the document tells.
        tried: Whether files of this tool are part of what is tested.
        draws_multiplicity: See ``Source``.
    """

    format: str
    tool: str
    tried: bool = True
    draws_multiplicity: bool = False


_EXPORTERS = (
    ("Enterprise Architect", "ea-xmi"),
    ("MagicDraw", "magicdraw-xmi"),
    ("Cameo", "magicdraw-xmi"),
    ("Visual Paradigm", "visual-paradigm-xmi"),
    ("umbrello", "umbrello-xmi"),
    ("Modelio", "modelio-xmi"),
)


def family(root: Element, models: list[Element]) -> Family:
    """Return the tool that wrote the document."""
    exporter, version = _exporter(root)
    for name, format_ in _EXPORTERS:
        if name.lower() in exporter.lower():
            tool = " ".join(part for part in (shown(exporter), shown(version)) if part)
            return Family(format_, tool, format_ == "ea-xmi", format_ == "ea-xmi")
    if sources := _annotation_sources(models):
        return sources
    return _by_namespace(root, exporter)


def _exporter(root: Element) -> tuple[str, str]:
    for element in root.iter("{*}Documentation"):
        if exporter := attribute(element, "exporter") or _child_text(element, "exporter"):
            version = attribute(element, "exporterVersion") or _child_text(
                element, "exporterVersion"
            )
            build = attribute(element, "exporterID")
            return exporter, f"{version} build {build}" if build else version
    for element in root.iter("{*}Extension"):
        if extender := attribute(element, "extender"):
            return extender, attribute(element, "extenderID")
    return "", ""


def _child_text(element: Element, name: str) -> str:
    return next((child.text or "" for child in children(element) if local(child) == name), "")


def _annotation_sources(models: list[Element]) -> Family | None:
    for model in models:
        for element in model.iter("eAnnotations"):
            source = attribute(element, "source")
            if source == "genmymodel":
                return Family("genmymodel-xmi", "GenMyModel", tried=False)
            if source == "Objing":
                return Family("modelio-xmi", "Modelio", tried=False)
            if source == "org.eclipse.papyrus":
                return Family("eclipse-uml2", f"Papyrus (Eclipse UML2 {_version(model)})")
    return None


def _by_namespace(root: Element, exporter: str) -> Family:
    for element in (root, *children(root)):
        for uri in element.nsmap.values():
            if uri and "eclipse.org/uml2" in uri:
                return Family("eclipse-uml2", f"Eclipse UML2 {_version(element)}".strip())
    return Family("uml2-xmi", shown(exporter) or "an unknown tool", tried=False)


def _version(element: Element) -> str:
    for uri in element.nsmap.values():
        if uri and "eclipse.org/uml2/" in uri:
            return shown(uri.partition("eclipse.org/uml2/")[2].partition("/")[0])
    return ""
