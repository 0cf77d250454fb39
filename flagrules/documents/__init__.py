"""Documents: registers of their statements, their texts, and which rule lines cite what."""
