"""What nights would have been like under another policy.

Here belongs the comparison: which plan follows under another policy, what it measures, who gains and
who loses. How a plan is made is not known here; it is the night's own (`transforms.night.planning`). Nothing
is read or written: nights come in as inputs, figures go out as frames.
"""
