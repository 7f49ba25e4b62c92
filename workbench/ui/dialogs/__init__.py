"""Dialogs and side sheets."""
