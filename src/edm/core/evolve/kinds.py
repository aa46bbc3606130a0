"""What can be wrong with putting one model in another one's place."""

from edm.core.problems import Kind, Level

SCHEMA_CHANGED = Kind(
    "I020",
    Level.ERROR,
    "The new model would lose something stored, or asks of stored objects what they do not have.",
    "What serves goes on serving. Keep it in the model, or deploy the new model under another name "
    "and copy what you need.",
)
STORED_OTHERWISE = Kind(
    "I021",
    Level.ERROR,
    "The release to go back to does not know everything that the data has by now.",
    "What serves goes on serving. Go back to a release with the same model, or deploy the old"
    " model under another name.",
)
