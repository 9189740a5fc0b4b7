"""Announced goods: what is said of them, what came of them, and what is still to come.

The one place where receipts and announcements meet, whichever came first. What a receipt does to the
shelf is decided by `receipts`, what time makes of a line by `ageing`.
"""
