"""Everything that proves flagrules, one folder a layer."""
