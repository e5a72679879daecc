"""From "I did it" to a completion, and back."""
