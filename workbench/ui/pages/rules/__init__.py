"""The rules page: the pack by cause, its text with marks, and what checking and trying it says."""
