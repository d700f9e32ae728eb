"""The caseworker's domain: records, use cases and queries. Knows neither Flask nor the network."""
