"""A made-up prefecture to try the app in: plausible units, people and months of activity, the same
for one seed."""
