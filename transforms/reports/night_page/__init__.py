"""The page of a night: its figures as words, tables and charts; how they look stands in the template."""
