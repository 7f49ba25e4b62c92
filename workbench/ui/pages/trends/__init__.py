"""Trends: failures over time, and the attempts behind every bar."""
