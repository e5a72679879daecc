"""Carries facts to their subscribers, and does what is due."""
