"""Who holds which badge, and why."""
