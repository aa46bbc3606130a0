"""Generated trees compared with what was agreed."""
