"""What a run leaves behind: its tables, the record of what made them, the files, and their publication as a whole."""
