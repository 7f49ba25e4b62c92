"""Complaints: list, filter, detail."""
