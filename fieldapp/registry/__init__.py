"""The central registry's app."""
