"""How records travel between laptops and the registry without anything being lost."""
