"""Everything right."""
