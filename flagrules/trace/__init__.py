"""The trace: one step a decision, and the explanation told from steps."""
