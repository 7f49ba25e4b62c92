"""The command line: one file a command group; parse, call a service, print."""
