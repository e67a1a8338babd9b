"""The models that the assignment trains."""
