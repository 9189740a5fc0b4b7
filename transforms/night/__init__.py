"""The night as one pure function, and what it keeps from night to night; knows no files and no clock."""
