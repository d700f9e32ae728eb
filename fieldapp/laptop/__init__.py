"""The app on a caseworker's laptop."""

from fieldapp.laptop.app import create_app

__all__ = ["create_app"]
