"""What both web apps share: language, safety, error pages, base templates."""
