"""Rule tests: YAML cases beside the rules, run against the rules, with the lines no case reached."""
