"""Sample data: a seeded, invented month of activation attempts, and the files it is told in."""
