"""What Slack hears of: one visible post for one achievement, while it stands and its person allows
it."""
