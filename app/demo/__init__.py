"""A made-up prefecture to try the app in: units, people and months of activity, drawn by a seed."""
