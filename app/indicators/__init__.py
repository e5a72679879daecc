"""Indicators: what each one means, its values by month, and what the dashboard says of them."""
