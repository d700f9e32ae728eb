"""The app on a caseworker's laptop."""
