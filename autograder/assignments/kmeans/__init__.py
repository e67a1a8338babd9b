"""Groups without labels: k-means."""
