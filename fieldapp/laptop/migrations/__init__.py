"""The laptop's database, step by step; `fieldapp.laptop.opening` applies the steps at the first unlock."""
