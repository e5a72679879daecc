"""What a person is told: the list behind the bell, and when its number may rise."""
