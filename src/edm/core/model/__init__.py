"""The domain model, and the draft that importers make of a file."""
