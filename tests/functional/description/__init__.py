"""What people and programs see of a generated server: description, page, README, tests."""
