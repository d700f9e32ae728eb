"""The central registry's app."""

from fieldapp.registry.app import create_app, wsgi

__all__ = ["create_app", "wsgi"]
