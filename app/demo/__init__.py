"""A made-up prefecture to try the app in: plausible offices, people and months of activity, the same for one seed."""
