"""What the tests of a generated server show, decided before a template lays it out."""
