"""What the business is: plain functions and frozen dataclasses, standard library only."""
