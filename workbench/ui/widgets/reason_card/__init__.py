"""The reason card: why one attempt ended as it did, the proof, and what to say and do."""
