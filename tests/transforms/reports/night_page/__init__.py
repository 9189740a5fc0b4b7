"""Tests of the page of a night, as words, tables and charts."""
