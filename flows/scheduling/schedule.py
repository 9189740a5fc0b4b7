"""The schedule that `serve` gives to Prefect. To be imported once the environment has Prefect's settings."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron, Interval
from prefect.server.schemas.schedules import CronSchedule
from prefect.types.entrypoint import EntrypointType

from flows.scheduling.prefect_flows import intake, nightly
from schemas.errors import ConfigurationError


def find_next_run(cron: str, zone: str) -> datetime:
    """The instant at which a cron comes next, in its zone.

    Raises:
        ConfigurationError: it is no cron, or one of days that never come.
    """
    try:
        (instant,) = asyncio.run(CronSchedule(cron=cron, timezone=zone).get_dates(n=1))
    except ValueError as error:  # of its model, and of a 31st of February
        message = f"{cron!r} is no cron: minute, hour, day, month and weekday, for example '15 4 * * *'"
        raise ConfigurationError(message) from error
    return instant.astimezone(ZoneInfo(zone))


class EndingRunner(Runner):
    """A runner that SIGTERM ends as Ctrl-C does: schedules are paused, and whoever started it cleans up."""

    def handle_sigterm(self, *_args: object, **_kwargs: object) -> None:
        """End."""
        signal.raise_signal(signal.SIGINT)


def serve_flows(cron: str, zone: str, intake_minutes: float) -> None:
    """Run nights and looks as they are due, until the program is told to end.

    Both are named by their module, so that an installed package serves as a checkout does. Their workspace is
    that of the environment: whoever starts one from a page cannot lead it elsewhere.
    """
    nights = RunnerDeployment.from_flow(
        nightly,
        "nights",
        schedule=Cron(cron, timezone=zone),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    looks = RunnerDeployment.from_flow(
        intake,
        "looks",
        schedule=Interval(timedelta(minutes=intake_minutes)),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    runner = EndingRunner(name="backorders")
    for deployment in (nights, looks):
        runner.add_deployment(deployment)
    asyncio.run(runner.start())
