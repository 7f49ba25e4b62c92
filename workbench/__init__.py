"""Activation Workbench: why an activation failed, with proof, and what to do about it."""

__version__ = "0.1.0"
