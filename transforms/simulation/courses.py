"""One policy's way through the nights of a simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from transforms.night.planning import plan_night
from transforms.simulation.measures import measure_night
from transforms.simulation.policies import restate_rules, under_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.night import Books, NightInputs, NightPlan
    from schemas.settings.client import Client
    from schemas.settings.policy import Policy
    from transforms.simulation.measures import NightMeasures


@dataclass(frozen=True)
class Course:
    """Where a policy has led so far.

    Attributes:
        name: what the policy is called beside others.
        policy: the rules; None: whatever each client's own file says on each night.
        books: after the last night.
        nights: what each night was like, in order.
    """

    name: str
    policy: Policy | None
    books: Books
    nights: tuple[NightMeasures, ...] = ()

    def clients_of(self, clients: Mapping[str, Client]) -> dict[str, Client]:
        """The clients under this policy."""
        if self.policy is None:
            return dict(clients)
        return {client_id: under_policy(client, self.policy) for client_id, client in clients.items()}


def begin_course(name: str, policy: Policy | None, books: Books, clients: Mapping[str, Client]) -> Course:
    """A course that starts from these books; what lines have from their client's policy is the course's."""
    return Course(name, policy, books if policy is None else restate_rules(books, clients, policy))


def plan_kept_night(course: Course, inputs: NightInputs) -> tuple[Course, NightPlan]:
    """The course after a night that is planned exactly as it was, but for the policy; and that plan."""
    known = replace(inputs, books=course.books, clients=course.clients_of(inputs.clients))
    plan = plan_night(known)
    return with_night(course, known, plan), plan


def with_night(course: Course, inputs: NightInputs, plan: NightPlan) -> Course:
    """The course with a night more."""
    measures = measure_night(plan, course.books, as_of=inputs.as_of)
    return replace(course, books=plan.books, nights=(*course.nights, measures))
