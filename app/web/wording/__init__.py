"""Sentences that are made in code, because they depend on data."""
