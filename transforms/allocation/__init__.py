"""Who gets which units tonight, and which date may be promised.

A client's policy and books are compiled to supplies, pools, claims and groups; the solver serves
those in rank order and knows no rule by name. Here belongs all that is decided between posting the
day's facts and posting the plan; no movement is made here.
"""

from transforms.allocation.allocation_plan import AllocationPlan
from transforms.allocation.plan import plan_once

__all__ = ["AllocationPlan", "plan_once"]
