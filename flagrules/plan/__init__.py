"""The plan language: an ordered list of decisions over typed expressions, and nothing else. Every engine reads it."""
