"""The benches of design.md section 9: each a ratio against a named yardstick, in one run."""
