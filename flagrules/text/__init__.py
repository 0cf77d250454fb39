"""Sources, places, findings and their rendering; knows nothing of rules."""
