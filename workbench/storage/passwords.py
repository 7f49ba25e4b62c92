"""Passwords at rest: argon2id (RFC 9106, second choice), in the form that every library reads."""

import unicodedata


def digest_of(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(_plain(password))


def is_password(password: str, digest: str) -> bool:
    """False also for a digest that is none."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(digest, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> bytes:
    """One form for every input method: full-width letters and digits are the plain ones."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
