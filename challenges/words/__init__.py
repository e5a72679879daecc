"""What people write: which of it is shown, and what is kept sealed after it is not."""
