"""Who does the work of a cohort."""
