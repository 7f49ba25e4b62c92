"""Customers' salts: how long one is, and how they are drawn."""

import os

SALT = 16  # bytes


def new_salts(count: int) -> list[bytes]:
    """So many, by the system's source of randomness."""
    drawn = os.urandom(SALT * count)
    return [drawn[at : at + SALT] for at in range(0, len(drawn), SALT)]
