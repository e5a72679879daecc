"""The web: one page module for each noun. A route calls a query or an activity and renders a
template."""
