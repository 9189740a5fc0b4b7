"""Who gets which units tonight, and which date may be promised.

A client's policy and books are compiled to supplies, pools, claims and groups; the engine serves
those in rank order and knows no rule by name. Here belongs all that is decided between posting the
day's facts and posting the plan; no movement is made here.
"""

from transforms.allocation.plan import AllocationPlan, allocate_night

__all__ = ["AllocationPlan", "allocate_night"]
