"""EDM turns a domain model (a UML class diagram) into a running REST API."""
