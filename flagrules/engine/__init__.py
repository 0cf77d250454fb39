"""Engines: the reference interpreter defines the meaning of a plan, every other engine is checked against it."""
