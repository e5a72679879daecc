"""The learning domain: people, challenges, steps and completions. Knows no web, no Slack and no
badges."""
