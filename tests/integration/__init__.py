"""Parts together, and parts against the real thing."""
