"""From a domain model to a server's source."""
