"""What stands in a workbook: its archive, its parts, rows of a sheet, what a person sees in a cell."""
