"""One suite per port, passed by the fakes and by the real adapters."""
