"""Tooltips of text that others wrote: Qt takes for HTML whatever looks like it."""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """The text as a tooltip that shows it as it stands."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
