"""Facts become movements: what the day's rows and tonight's plan do to the books.

One module a feed; each step takes the books and rows and returns a `Posting`: the books after, the
movements that explain the difference, and one verdict for every row. Here belongs what a fact does;
whether a row is well formed or was seen before is decided earlier, who gets units is decided later.
"""
