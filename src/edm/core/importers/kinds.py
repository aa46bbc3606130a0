"""The kinds of problems that reading a file can find."""

from edm.core.problems import Kind, Level

EMPTY = Kind(
    "F001",
    Level.ERROR,
    "The file is empty.",
    "Export the model again and check that the file has a size.",
)
TOO_LARGE = Kind(
    "F002",
    Level.ERROR,
    "The file is larger than what is read.",
    "Export only the package with the domain classes, without diagrams and images.",
)
NOT_A_MODEL = Kind(
    "F003",
    Level.ERROR,
    "The file is not a model in a notation that is known here.",
    "Upload an XMI export of Enterprise Architect, an Eclipse UML2 or Papyrus .uml file, "
    "or a PlantUML class diagram that begins with @startuml.",
)
NOT_READ_YET = Kind(
    "F004",
    Level.ERROR,
    "The file was recognised, but its notation is not read yet.",
    "Export the model as UML 2 XMI (2.1 or newer), or write it as a PlantUML class diagram.",
)
BROKEN_XML = Kind(
    "F005",
    Level.ERROR,
    "The file is XML that is broken or cut off.",
    "Export the model again; if it was edited by hand, mend the place named here.",
)
ENTITIES = Kind(
    "F006",
    Level.ERROR,
    "The file declares XML entities, which are never expanded here.",
    "Remove the DOCTYPE with its entities; UML tools do not write any.",
)
ENCODING = Kind(
    "F007",
    Level.ERROR,
    "The file's character encoding is not known here or not the one it declares.",
    "Save or export the file as UTF-8.",
)
ENCODING_GUESSED = Kind(
    "F008",
    Level.WARNING,
    "The file is not in the encoding it declares; another one was taken.",
    "Check names with accents and umlauts, or save the file as UTF-8.",
)
NO_MODEL = Kind(
    "F009",
    Level.ERROR,
    "The file is XMI, but has no UML model inside.",
    "Export the package that has the domain classes, not a profile, a diagram or a library.",
)
TOO_DEEP = Kind(
    "F010",
    Level.ERROR,
    "The file nests elements deeper than any model does.",
    "Export the model again, or flatten its packages.",
)
REPEATED_ID = Kind(
    "F011",
    Level.WARNING,
    "Two elements of the file have the same id.",
    "References to the id are taken to mean the first one; repair the model in its tool.",
)
OUTSIDE = Kind(
    "F012",
    Level.WARNING,
    "A reference leads to an element that is not in the file.",
    "Export the package that has this element together with the others, as one file.",
)
MULTIPLICITY = Kind(
    "F013",
    Level.WARNING,
    "A multiplicity cannot be read; another one is taken.",
    "Write it like 1, 0..1, 0..*, 1..* or 2..5.",
)
ASSUMED_MULTIPLICITY = Kind(
    "F014",
    Level.INFO,
    "An association end has no multiplicity; one was assumed.",
    "Write the multiplicity into the model if another one is meant.",
)
END_MISSING = Kind(
    "F015",
    Level.WARNING,
    "An association has fewer than two ends in the file.",
    "Export the classes at both ends of the association together.",
)
IGNORED = Kind(
    "F016",
    Level.INFO,
    "The file has elements that are no part of a class model; they were left out.",
    "Nothing needs to be done, unless one of them was meant to be a class.",
)
LINE = Kind(
    "F017",
    Level.WARNING,
    "A line was not understood and is left out.",
    "Write it as the reference of the PlantUML notation shows, or remove it.",
)
PREPROCESSOR = Kind(
    "F018",
    Level.WARNING,
    "A preprocessor line was not carried out, so what it brings in is missing.",
    "Run PlantUML's preprocessor first (plantuml -preproc) and upload its result.",
)
UNDECLARED = Kind(
    "F019",
    Level.WARNING,
    "A class is used but never declared; it is taken as a class without attributes.",
    "Declare it, or correct the name if it was meant to be another class.",
)
UNBALANCED = Kind(
    "F020",
    Level.WARNING,
    "A block is opened and never closed, or closed and never opened.",
    "Add the missing brace or end line.",
)
GENERAL_READER = Kind(
    "F021",
    Level.WARNING,
    "The tool that wrote the file is not one of those that were tried out.",
    "Compare the result with the model; tell us what is missing or wrong.",
)
DEPENDENCY = Kind(
    "F022",
    Level.INFO,
    "A dependency or nesting line between classes has no effect.",
    "Draw an association if objects of one class refer to those of the other.",
)
MORE = Kind(
    "F023",
    Level.INFO,
    "There are more problems of one kind than are shown.",
    "Solve those that are shown and check the file again.",
)
ENDS_EARLY = Kind(
    "F024",
    Level.WARNING,
    "A diagram has no @enduml, so its end may be missing.",
    "Save the whole diagram and upload it again, or write @enduml at its end.",
)
IN_WORDS = Kind(
    "F025",
    Level.INFO,
    "A multiplicity is written as a word or a letter.",
    "Nothing to do; write it like 1 or 0..* to be sure that it is read as you mean it.",
)
TURNED = Kind(
    "F026",
    Level.WARNING,
    "An attribute seems to have its name before its type, without a colon.",
    "Write a colon between them, as in name : String.",
)
REPEATED = Kind(
    "F027",
    Level.WARNING,
    "A class has an attribute twice; the first one is taken.",
    "Remove one of them, or rename it.",
)
OTHER_DIAGRAM = Kind(
    "F028",
    Level.ERROR,
    "The PlantUML text is a diagram of another kind.",
    "Upload the class diagram; only classes say what the server has to store.",
)
