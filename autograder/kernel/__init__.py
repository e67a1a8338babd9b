"""The side that runs student code, and the wire to it. Imports nothing from the rest of the package."""
