"""Models and drafts for property tests: plausible, and as hostile as files can be."""
