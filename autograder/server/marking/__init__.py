"""From the queue to the gradebook: markers, those who start them, and regrades."""
