"""The shell: everything that knows Flask, Slack or the clock."""
