"""What a cell of a table that people open elsewhere may hold."""

import re

# what spreadsheets take for a formula (OWASP), in half width and in full
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]\d+(\.\d+)?")


def inert(text: str) -> str:
    """A text that a spreadsheet shows and never runs: an apostrophe before a formula. A number
    with its sign is none."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    """What ``inert`` was given: a table that was written here and comes back says the same."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
