"""SQL as SQLite understands it: one statement per operation."""
