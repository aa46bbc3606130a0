"""From a draft to a domain model, or to the problems that prevent one."""
