"""What people use: the domain, the laptop's web app and the registry's web app."""
