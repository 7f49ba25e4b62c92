"""What a cell of a table that people open elsewhere may hold."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what spreadsheets take for a formula (OWASP)


def inert(text: str) -> str:
    """A text that a spreadsheet shows and never runs: an apostrophe before a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
