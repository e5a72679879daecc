"""Slack: one visible post for one achievement, as long as it stands and its person allows it."""
