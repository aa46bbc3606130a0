"""Any model that checks accept becomes a server that works."""
