"""The REST API over fakes of the ports."""
