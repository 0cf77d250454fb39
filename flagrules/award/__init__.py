"""Over all units: outcomes, tiers, money, quotas and the procedure."""
