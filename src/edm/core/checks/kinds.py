"""Every kind of problem the checks report, as the reference documents them."""

from edm.core.problems import Kind, Level

_ERROR, _WARNING, _INFO = Level.ERROR, Level.WARNING, Level.INFO

NO_ENTITIES = Kind(
    "M001", _ERROR,
    "The model has no class that becomes an entity.",
    "Draw at least one class with a name, and export the package that holds it.",
)  # fmt: skip
TOO_MANY_ENTITIES = Kind(
    "M002", _ERROR,
    "The model has more entities than one server can reasonably hold.",
    "Split the model into several, one instance each.",
)  # fmt: skip
TOO_MANY_FIELDS = Kind(
    "M003", _ERROR,
    "An entity, or a family of entities, has more attributes than one table can hold.",
    "Move attributes that belong together to classes of their own.",
)  # fmt: skip
TOO_MANY_LITERALS = Kind(
    "M004", _ERROR,
    "An enumeration has more literals than is reasonable.",
    "Make it a class, so that its values become data.",
)  # fmt: skip
TOO_DEEP = Kind(
    "M005", _ERROR,
    "A chain of generalisations is longer than is reasonable.",
    "Remove levels of the hierarchy that add nothing.",
)  # fmt: skip
REPEATED_ID = Kind(
    "M006", _WARNING,
    "Two elements of the file have the same identity; the later one is left out.",
    "Export the model again, or give the copied element a new identity in your tool.",
)  # fmt: skip
TOO_MANY_RELATIONS = Kind(
    "M007", _ERROR,
    "The model has more relations than one server can reasonably hold.",
    "Split the model into several, one instance each.",
)  # fmt: skip

NOT_AN_ENTITY = Kind(
    "M010", _INFO,
    "A class is no entity: an interface, a data type, a drawing of a screen, or the tool's own.",
    "Nothing to do; remove the stereotype, or draw a class, if its objects should be stored.",
)  # fmt: skip
READ_AS_ENUMERATION = Kind(
    "M011", _INFO,
    "A class with the stereotype of a code list is read as an enumeration.",
    "Nothing to do; give its attributes types if its objects should be stored.",
)  # fmt: skip
DUPLICATE_ENTITY = Kind(
    "M012", _ERROR,
    "Two entities of one package have the same name.",
    "Rename one of them.",
)  # fmt: skip
NAME_CLASH = Kind(
    "M013", _WARNING,
    "Two names become the same identifier, so one of them is changed.",
    "Rename one of them in the model to choose the name yourself.",
)  # fmt: skip
PATH_TAKEN = Kind(
    "M014", _WARNING,
    "A collection would get a path that the server needs itself, so it is changed.",
    "Rename the class to choose the path yourself.",
)  # fmt: skip
NAME_DERIVED = Kind(
    "M015", _WARNING,
    "A name is missing or has no letters an identifier can be made of, so one is made up.",
    "Give it a name that begins with a letter.",
)  # fmt: skip
NAME_CUT = Kind(
    "M016", _WARNING,
    "A name is too long for an identifier and is cut.",
    "Give it a shorter name.",
)  # fmt: skip
NO_LITERALS = Kind(
    "M017", _WARNING,
    "An enumeration has no literals, so it is left out and its values are any text.",
    "Add its literals, or remove it.",
)  # fmt: skip
LITERAL_DROPPED = Kind(
    "M018", _WARNING,
    "A literal has no name, or the same name as one before it, and is left out.",
    "Give each literal a name of its own.",
)  # fmt: skip

CYCLIC_INHERITANCE = Kind(
    "M020", _ERROR,
    "Classes are kinds of each other in a circle.",
    "Remove one of the generalisations of the circle.",
)  # fmt: skip
DANGLING_GENERALIZATION = Kind(
    "M021", _WARNING,
    "A generalisation names a class that is not in the file, and is left out.",
    "Export the package of that class too, or remove the generalisation.",
)  # fmt: skip
SEVERAL_PARENTS = Kind(
    "M022", _WARNING,
    "A class has several parents; the attributes of all but the first are copied into it.",
    "Keep one generalisation, and draw associations to the other classes.",
)  # fmt: skip
INTERFACE_PARENT = Kind(
    "M023", _INFO,
    "A class realises an interface, whose attributes are copied into it.",
    "Nothing to do; make the interface an abstract class to list all of its objects.",
)  # fmt: skip
BARREN_ABSTRACT = Kind(
    "M024", _WARNING,
    "An abstract class has no concrete child, so it can have no objects.",
    "Make it concrete, or add a class that is a kind of it.",
)  # fmt: skip
GENERALIZATION_IGNORED = Kind(
    "M025", _INFO,
    "A generalisation says nothing new or is not between entities, and is left out.",
    "Nothing to do, unless both sides should be entities.",
)  # fmt: skip

UNTYPED = Kind(
    "M030", _WARNING,
    "An attribute has no type and becomes a string.",
    "Give the attribute a type.",
)  # fmt: skip
UNKNOWN_TYPE = Kind(
    "M031", _WARNING,
    "The type of an attribute is not known, and the attribute becomes a string.",
    "Use a type such as String, Integer, Decimal, Boolean, Date or DateTime.",
)  # fmt: skip
STRUCTURED_TYPE = Kind(
    "M032", _WARNING,
    "An attribute has a structured data type and holds any JSON value.",
    "Make the data type a class and draw a composition to have its parts checked.",
)  # fmt: skip
FILE_TYPE = Kind(
    "M033", _WARNING,
    "Files and images are not stored yet; the attribute becomes a string.",
    "Keep the file elsewhere and put its address in the attribute.",
)  # fmt: skip
CLASS_TYPED = Kind(
    "M034", _INFO,
    "An attribute whose type is a class becomes a relation to it.",
    "Nothing to do; draw an association to name and count its other side.",
)  # fmt: skip
ATTRIBUTE_LEFT_OUT = Kind(
    "M035", _WARNING,
    "Derived and static attributes are not stored and are left out.",
    "Remove the mark if the attribute should be stored.",
)  # fmt: skip
ID_ABSORBED = Kind(
    "M036", _INFO,
    "An integer called id, or one without a type, is the number the server gives every object.",
    "Nothing to do; the value is in the field id.",
)  # fmt: skip
KEY_KEPT = Kind(
    "M037", _INFO,
    "An attribute marked as identifying is kept as a unique one beside the server's id.",
    "Nothing to do.",
)  # fmt: skip
REDEFINED = Kind(
    "M038", _WARNING,
    "An attribute repeats an inherited one and is left out.",
    "Remove it from the child, or rename it.",
)  # fmt: skip
FIELD_CLASH = Kind(
    "M039", _WARNING,
    "Two fields of an entity would have the same name, or one that the server needs.",
    "Rename the attribute or the role to choose the name yourself.",
)  # fmt: skip

BAD_MULTIPLICITY = Kind(
    "M040", _WARNING,
    "A multiplicity makes no sense and is read as the nearest that does.",
    "Correct the multiplicity; it is written as lower..upper, for example 0..1 or 1..*.",
)  # fmt: skip
BAD_DEFAULT = Kind(
    "M041", _WARNING,
    "A default is no value of its attribute's type, and is left out.",
    "Write a value of the type, or remove the default.",
)  # fmt: skip
BAD_LIMIT = Kind(
    "M042", _WARNING,
    "A limit cannot be understood, contradicts another or does not suit the type; it is left out.",
    "Correct it: min and max are numbers, length is a number or a range such as 1..100.",
)  # fmt: skip
UNIQUE_IGNORED = Kind(
    "M043", _WARNING,
    "Lists and JSON values cannot be unique; the mark is left out.",
    "Remove the mark, or make the attribute a single simple value.",
)  # fmt: skip
CONSTRAINT_IGNORED = Kind(
    "M044", _INFO,
    "A constraint written as text is not enforced.",
    "Write it in the rules of the generated server if it matters.",
)  # fmt: skip

RELATION_DROPPED = Kind(
    "M050", _WARNING,
    "A relation has an end that is missing or no entity, and is left out.",
    "Draw it between two classes of the file, or export the missing package too.",
)  # fmt: skip
NARY_DROPPED = Kind(
    "M051", _WARNING,
    "Relations between three or more classes are not understood and are left out.",
    "Draw a class in the middle, with one association to each of the others.",
)  # fmt: skip
MANY_WHOLES = Kind(
    "M052", _WARNING,
    "A part of several wholes is no composition and is read as a shared aggregation.",
    "Give the whole's side, where the diamond is, the multiplicity 0..1 or 1.",
)  # fmt: skip
TWO_WHOLES = Kind(
    "M053", _WARNING,
    "A class must be part of several wholes at once, so each of them is made optional.",
    "Give the wholes' sides the multiplicity 0..1.",
)  # fmt: skip
BOTH_WHOLES = Kind(
    "M054", _WARNING,
    "Both sides of a relation are drawn as the whole; it is read as an association.",
    "Put the diamond at one side only.",
)  # fmt: skip
REQUIRED_CYCLE = Kind(
    "M055", _WARNING,
    "Entities require each other in a circle, so none could be created first; one is optional.",
    "Make one side of the circle 0..1.",
)  # fmt: skip
UNREACHABLE = Kind(
    "M056", _WARNING,
    "A required relation leads to an abstract class without objects, so it is made optional.",
    "Add a concrete child to the abstract class.",
)  # fmt: skip
LOWER_IGNORED = Kind(
    "M057", _INFO,
    "That there must be at least so many on a to-many side is documented, not enforced.",
    "Nothing to do; whoever calls the API has to see to it, for rules do not see other objects.",
)  # fmt: skip
ASSOCIATION_CLASS_MISSING = Kind(
    "M058", _WARNING,
    "The class of an association class is missing or no entity; a plain relation remains.",
    "Export the association class with its association.",
)  # fmt: skip
AGGREGATION_IGNORED = Kind(
    "M059", _INFO,
    "An association class is kept by itself, so the diamond of its association has no effect.",
    "Nothing to do.",
)  # fmt: skip
