"""Sources of new attempts: a folder that files are put into, a table that grows."""
