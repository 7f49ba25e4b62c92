"""Set-up and packaging: standard library only, run before anything is installed."""
