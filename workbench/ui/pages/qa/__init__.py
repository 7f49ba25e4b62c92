"""QA: queues of what is to be settled; codes that nobody has given a meaning."""
