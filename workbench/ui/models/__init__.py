"""Table models over plain data."""
