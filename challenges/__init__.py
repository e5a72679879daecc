"""The learning domain: people, challenges, steps, and what was climbed. Knows neither the web,
Slack nor badges."""
