"""Files that are recognised without being read, so that the message can name them."""

import re
from dataclasses import dataclass

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.markup import Element, attribute, children, local
from edm.core.importers.words import shown
from edm.core.problems import Kind


@dataclass(frozen=True, slots=True)
class Known:
    """A notation that is recognised: what it is, and what to do with it."""

    name: str
    kind: Kind = kinds.NOT_READ_YET
    hint: str = ""


_EA = "In Enterprise Architect choose Publish > Export-XML with format XMI 2.1 or newer."
_UNZIP = "Archives are not opened; export the model as UML 2 XMI and upload that file."

_MAGIC = (
    (b"PK\x03\x04", Known("a zip archive (.zargo, .zuml, .mdzip, .vpp)", hint=_UNZIP)),
    (b"\x1f\x8b", Known("a gzip archive", hint=_UNZIP)),
    (b"SQLite format 3\0", Known("an Enterprise Architect project (.qea)", hint=_EA)),
    (b"\0\x01\0\0Standard", Known("an Enterprise Architect project (.eap, .eapx)", hint=_EA)),
    (b"\x89PNG", Known("a PNG image", kinds.NOT_A_MODEL)),
    (b"\xff\xd8\xff", Known("a JPEG image", kinds.NOT_A_MODEL)),
    (b"GIF8", Known("a GIF image", kinds.NOT_A_MODEL)),
    (b"%PDF", Known("a PDF document", kinds.NOT_A_MODEL)),
)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\xfe\xff")

_TEXTS = (
    (r"\{\s*\"_type\"\s*:\s*\"Project\"", Known("a StarUML project (.mdj)")),
    (r"[\[{]", Known("JSON", kinds.NOT_A_MODEL)),
    (r"(?:.*\n){0,20}\s*classDiagram\b", Known("a Mermaid class diagram")),
    (r"(?:.*\n){0,80}?\s*entity\s+\w+\s*(?:\([^)\n]*\)\s*)?\{", Known("a JHipster model (JDL)")),
)

_WEB_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,2000}-->\s*){0,9}<(?:!doctype\s+)?html\b",
    re.IGNORECASE,
)

_ROOTS = {
    "mxfile": Known("a draw.io diagram"),
    "mxGraphModel": Known("a draw.io diagram"),
    "EPackage": Known("an Ecore model"),
    "uml": Known(
        "an ArgoUML project (.uml)",
        hint="In ArgoUML choose File > Export XMI; "
        "its XMI 1.2 is not read yet, so convert it to UML 2 XMI.",
    ),
    "argo": Known("an ArgoUML project"),
    "PROJECT": Known("a StarUML 1 project"),
    "Diagram": Known("an IntelliJ or Visio diagram"),
    "Project": Known("a project of a UML tool"),
    "svg": Known("an SVG image", kinds.NOT_A_MODEL),
    "schema": Known("an XML schema", kinds.NOT_A_MODEL),
    "graphml": Known("a GraphML diagram", kinds.NOT_A_MODEL),
}


def binary(content: bytes, journal: Journal) -> bool:
    """Return whether the content is no text at all, having noted what it is."""
    for magic, known in _MAGIC:
        if content.startswith(magic):
            _note(known, journal)
            return True
    if b"\0" in content and not content.startswith(_WIDE):
        _note(Known("a binary file", kinds.NOT_A_MODEL), journal)
        return True
    return False


def web_page(text: str, journal: Journal) -> bool:
    """Return whether the text is a web page, which is seldom well-formed XML, having noted it."""
    if not _WEB_PAGE.match(text):
        return False
    hint = "Download the model itself; a link to a repository often leads to a page that shows it."
    journal.note(kinds.NOT_A_MODEL, "", "This is a web page, not a model.", hint)
    return True


def foreign_text(text: str, journal: Journal) -> None:
    """Note what a text is that no reader takes."""
    head = text[:20_000].lstrip("\ufeff \t\r\n")
    for pattern, known in _TEXTS:
        if re.match(pattern, head):
            _note(known, journal)
            return
    journal.note(kinds.NOT_A_MODEL, "", "The text is neither XML nor PlantUML.")


def foreign_root(root: Element, journal: Journal) -> None:
    """Note what an XML document is that has no UML 2 model."""
    name = local(root)
    if name == "XMI" and (root.get("xmi.version") or "").startswith("1"):
        _note(_xmi_1(root), journal)
    elif name == "Package" and any(local(child) == "Table" for child in children(root)):
        _note(Known("Enterprise Architect's native XML", hint=_EA), journal)
    elif name == "XMI":
        journal.note(kinds.NO_MODEL, "", "The XMI has neither a uml:Model nor a uml:Package.")
    elif name in _ROOTS:
        _note(_ROOTS[name], journal)
    else:
        message = f"The file is XML, but its root element <{shown(name)}> is no UML model."
        journal.note(kinds.NOT_A_MODEL, "", message)


def _xmi_1(root: Element) -> Known:
    exporter = next((e for e in root.iter("{*}XMI.exporter", "XMI.exporter")), None)
    tool = shown(exporter.text or "") if exporter is not None else ""
    hint = _EA if "Enterprise Architect" in tool else ""
    return Known(
        f"XMI {shown(attribute(root, 'xmi.version'))}{f' of {tool}' if tool else ''}", hint=hint
    )


def _note(known: Known, journal: Journal) -> None:
    verb = "is not read yet" if known.kind is kinds.NOT_READ_YET else "is no model"
    journal.note(
        known.kind, "", f"The file was recognised as {known.name}, which {verb}.", known.hint
    )
