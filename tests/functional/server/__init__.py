"""Generated servers, imported and called."""
