"""Your rules: what must hold before and after each write. Written once, then yours."""
