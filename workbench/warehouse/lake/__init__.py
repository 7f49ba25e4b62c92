"""Folders of Parquet that a cluster reads: diagnosed as a whole, or a whole warehouse."""
