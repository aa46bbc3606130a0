"""Write a model file as Enterprise Architect exports one: XMI 2.1 with the tool's Extension.

Benchmarks need models of any size, and the example shop is one such file.
"""

import uuid
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

XMI = "http://schema.omg.org/spec/XMI/2.1"
UML = "http://schema.omg.org/spec/UML/2.1"
SPACE = uuid.UUID("6f0b1f4e-59f6-4a36-9d52-3a2b8c6f0d11")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: ``kind`` is a primitive's or an enumeration's name."""

    name: str
    kind: str = "String"
    lower: int = 1
    upper: str = "1"
    default: str = ""
    notes: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class, or an association class where ``joins`` names the association it is."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    notes: str = ""
    abstract: bool = False
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enumeration and its literals."""

    name: str
    literals: tuple[str, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Association:
    """An association between two classes; the source of a composition is the whole."""

    source: str
    target: str
    source_many: str = "1"
    target_many: str = "0..*"
    source_role: str = ""
    target_role: str = ""
    kind: str = "none"
    name: str = ""
    by: str = ""
    """The association class that this association is; empty for a plain one."""


@dataclass(frozen=True, slots=True)
class Model:
    """All that goes into one file."""

    name: str
    classes: tuple[Class, ...]
    enumerations: tuple[Enumeration, ...] = ()
    associations: tuple[Association, ...] = ()
    notes: str = ""


@dataclass(slots=True)
class Writer:
    """Builds the two halves of the file side by side."""

    model: Model
    package: ET.Element = field(init=False)
    elements: ET.Element = field(init=False)
    connectors: ET.Element = field(init=False)

    def guid(self, *path: str) -> str:
        """Return an id as the tool makes them, the same for the same path."""
        text = str(uuid.uuid5(SPACE, "/".join((self.model.name, *path)))).upper()
        return "EAID_" + text.replace("-", "_")

    def write(self) -> bytes:
        """Return the file."""
        root = ET.Element("xmi:XMI", {"xmlns:xmi": XMI, "xmlns:uml": UML, "xmi:version": "2.1"})
        exporter = {"exporter": "Enterprise Architect", "exporterVersion": "6.5"}
        ET.SubElement(root, "xmi:Documentation", {**exporter, "exporterID": "1704"})
        top = ET.SubElement(root, "uml:Model", typed("Model", name="EA_Model", visibility="public"))
        package_id = self.guid("package").replace("EAID", "EAPK")
        self.package = packaged(top, "Package", package_id, self.model.name)
        extension = ET.SubElement(
            root, "xmi:Extension", {"extender": "Enterprise Architect", "extenderID": "6.5"}
        )
        self.elements = ET.SubElement(extension, "elements")
        self.connectors = ET.SubElement(extension, "connectors")
        self.describe(package_id, "uml:Package", self.model.name, self.model.notes)
        self.body()
        ET.indent(root, "\t")
        text: bytes = ET.tostring(root, encoding="windows-1252", xml_declaration=True)
        return text + b"\n"

    def body(self) -> None:
        """Write classifiers and associations."""
        joining = {a.by: a for a in self.model.associations if a.by}
        for item in self.model.classes:
            self.classifier(item, joining.get(item.name))
        for enumeration in self.model.enumerations:
            self.enumeration(enumeration)
        for association in self.model.associations:
            if not association.by:
                node = packaged(
                    self.package, "Association", self.connector_id(association), association.name
                )
                self.ends(node, association)
            self.connector(association)

    def connector_id(self, association: Association) -> str:
        """Return the id of an association."""
        roles = (association.source_role, association.target_role)
        return self.guid("association", association.source, association.target, *roles)

    def classifier(self, item: Class, joins: Association | None) -> None:
        """Write a class into the model, and what the tool adds to it into the Extension."""
        kind = "AssociationClass" if joins else "Class"
        node = packaged(self.package, kind, self.guid(item.name), item.name)
        if item.abstract:
            node.set("isAbstract", "true")
        for attribute in item.attributes:
            self.attribute(node, item, attribute)
        if item.parent:
            ET.SubElement(
                node,
                "generalization",
                typed(
                    "Generalization",
                    self.guid(item.name, "is a", item.parent),
                    general=self.guid(item.parent),
                ),
            )
        if joins:
            self.ends(node, joins)
        element = self.describe(self.guid(item.name), f"uml:{kind}", item.name, item.notes)
        listing = ET.SubElement(element, "attributes")
        for attribute in item.attributes:
            self.describe_attribute(listing, item, attribute)

    def attribute(self, node: ET.Element, owner: Class, attribute: Attribute) -> None:
        """Write an attribute into its class."""
        identity = self.guid(owner.name, attribute.name)
        item = ET.SubElement(
            node,
            "ownedAttribute",
            typed("Property", identity, name=attribute.name, visibility="private"),
        )
        bounds(item, identity, str(attribute.lower), attribute.upper)
        ET.SubElement(item, "type", {"xmi:idref": self.type_id(attribute.kind)})
        if attribute.default:
            ET.SubElement(
                item,
                "defaultValue",
                typed("LiteralString", identity + "_default", value=attribute.default),
            )

    def type_id(self, kind: str) -> str:
        """Return the id of an enumeration, or of a primitive as the tool names it."""
        known = {enumeration.name for enumeration in self.model.enumerations}
        return self.guid(kind) if kind in known else f"EAJava_{kind}"

    def describe(self, identity: str, kind: str, name: str, notes: str) -> ET.Element:
        """Write an element of the Extension."""
        element = ET.SubElement(
            self.elements, "element", {"xmi:idref": identity, "xmi:type": kind, "name": name}
        )
        ET.SubElement(element, "properties", {"documentation": notes} if notes else {})
        return element

    def describe_attribute(self, listing: ET.Element, owner: Class, attribute: Attribute) -> None:
        """Write what the Extension knows of an attribute."""
        identity = self.guid(owner.name, attribute.name)
        item = ET.SubElement(listing, "attribute", {"xmi:idref": identity, "name": attribute.name})
        ET.SubElement(item, "initial", {"body": attribute.default} if attribute.default else {})
        ET.SubElement(item, "documentation", {"value": attribute.notes} if attribute.notes else {})
        ET.SubElement(item, "properties", {"type": attribute.kind, "static": "0"})
        ET.SubElement(item, "bounds", {"lower": str(attribute.lower), "upper": attribute.upper})
        tags = ET.SubElement(item, "tags")
        for name, value in attribute.tags:
            tag = {"xmi:id": self.guid(owner.name, attribute.name, name), "name": name}
            ET.SubElement(tags, "tag", {**tag, "value": value, "modelElement": identity})

    def enumeration(self, enumeration: Enumeration) -> None:
        """Write an enumeration."""
        node = packaged(self.package, "Enumeration", self.guid(enumeration.name), enumeration.name)
        for literal in enumeration.literals:
            identity = self.guid(enumeration.name, literal)
            ET.SubElement(node, "ownedLiteral", typed("EnumerationLiteral", identity, name=literal))
        self.describe(
            self.guid(enumeration.name), "uml:Enumeration", enumeration.name, enumeration.notes
        )

    def ends(self, node: ET.Element, association: Association) -> None:
        """Write both ends of an association; the part of a composition is its target."""
        identity = self.connector_id(association)
        owner_id = self.guid(association.by) if association.by else identity
        sides = (
            ("dst", association.target, association.target_role, association.target_many),
            ("src", association.source, association.source_role, association.source_many),
        )
        for prefix, owner, role, many in sides:
            end_id = f"EAID_{prefix}{identity[8:]}"
            ET.SubElement(node, "memberEnd", {"xmi:idref": end_id})
            kind = association.kind if prefix == "dst" else "none"
            end = ET.SubElement(
                node,
                "ownedEnd",
                typed("Property", end_id, association=owner_id, aggregation=kind),
            )
            if role:
                end.set("name", role)
            ET.SubElement(end, "type", {"xmi:idref": self.guid(owner)})
            lower, _, upper = many.partition("..")
            bounds(end, end_id, lower, upper or lower)

    def connector(self, association: Association) -> None:
        """Write what the Extension knows of an association: there the whole is marked."""
        node = ET.SubElement(
            self.connectors, "connector", {"xmi:idref": self.connector_id(association)}
        )
        sides = (
            ("source", association.source, association.source_many, association.kind),
            ("target", association.target, association.target_many, "none"),
        )
        for side, owner, many, kind in sides:
            end = ET.SubElement(node, side, {"xmi:idref": self.guid(owner)})
            ET.SubElement(end, "model", {"type": "Class", "name": owner})
            ET.SubElement(end, "type", {"multiplicity": many, "aggregation": kind})
        direction = {"ea_type": "Association", "direction": "Unspecified"}
        ET.SubElement(node, "properties", direction)
        if association.by:
            ET.SubElement(
                node, "extendedProperties", {"associationclass": self.guid(association.by)}
            )


def typed(kind: str, identity: str = "", **attributes: str) -> dict[str, str]:
    """Return the XML attributes of a UML element."""
    given = {"xmi:id": identity} if identity else {}
    return {"xmi:type": f"uml:{kind}", **given, **attributes}


def packaged(parent: ET.Element, kind: str, identity: str, name: str) -> ET.Element:
    """Add a packaged element."""
    node = ET.SubElement(parent, "packagedElement", typed(kind, identity, visibility="public"))
    if name:
        node.set("name", name)
    return node


def bounds(parent: ET.Element, identity: str, lower: str, upper: str) -> None:
    """Add a multiplicity; 2.1 exports write an unlimited one as -1."""
    ET.SubElement(parent, "lowerValue", typed("LiteralInteger", identity + "_lower", value=lower))
    value = "-1" if upper == "*" else upper
    kind = "LiteralUnlimitedNatural" if upper == "*" else "LiteralInteger"
    ET.SubElement(parent, "upperValue", typed(kind, identity + "_upper", value=value))
