"""Everything that knows neither HTTP nor the domain."""
