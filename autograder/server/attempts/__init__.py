"""What students hand in: taken in, kept, queued, counted, and shown again."""
