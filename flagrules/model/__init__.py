"""Exact numbers, kinds of values, calendars and names; knows nothing of rules or files."""
