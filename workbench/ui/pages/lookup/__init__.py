"""Lookup: a search term, the customer, the timeline, the reason card."""
