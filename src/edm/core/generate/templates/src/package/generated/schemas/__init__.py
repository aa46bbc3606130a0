"""The structs that the API reads and writes."""
