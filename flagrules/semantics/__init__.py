"""What rule lines mean: names, types, citations and terms resolved into a `RuleSet`."""
