"""What a person is told: the list behind the bell, when its number may rise, and letters."""
