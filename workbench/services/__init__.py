"""Use cases: each asks leave first (domain.people), then calls a port (ports.py)."""
