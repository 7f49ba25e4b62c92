"""Attempts in an analytic engine: importing, context, lookup, diagnosis, trends, all as SQL."""
