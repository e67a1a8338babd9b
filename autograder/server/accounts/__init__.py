"""Who people are: persons, tokens, rosters, providers, and what each may do."""
