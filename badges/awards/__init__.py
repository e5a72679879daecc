"""Awards: who holds which badge, and why."""
