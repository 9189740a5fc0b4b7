"""Who starts nights by the clock, Prefect first, and who hears when one does not end well."""
