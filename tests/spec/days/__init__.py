"""The calendar by rows: a line and what is there for it on one side, what comes of it on the other.

What the rules are stands in `tests.spec`, each with a reason. Here stand the days around each rule: the day
before, the day itself and the day after, on nights before weekends, holidays and clock changes. The rows of a
night are clients of one plan, so that many cost no more than a few.
"""
