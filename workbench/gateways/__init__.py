"""What lies beyond this machine: the centre of the records, issue trackers."""
