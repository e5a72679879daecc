"""What Slack should show, and how it gets there."""
