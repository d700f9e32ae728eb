"""The registry's database, step by step; `fieldapp.registry.opening` applies the steps when a program starts."""
