"""The warehouse in PostgreSQL: set up, filled from desks, asked by the same queries as a file."""
