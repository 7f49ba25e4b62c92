"""What customers' words mean: the same question or not, the nearest texts, the symptom told."""
