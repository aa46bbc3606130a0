"""The services over fakes of the ports."""
