"""What the app has described and what the customer corrected: kept in its own folder alone."""
