"""Badges: published rules with a face, and who holds them. ``challenges`` does not know them."""
