"""The steps of a sign-in in the person's language, for the list below it."""

from PySide6.QtCore import QCoreApplication

from core.timeline import EXPLANATIONS, Timeline
from ui.views.sign_in_timeline import StepState


def step_states(timeline: Timeline | None) -> tuple[StepState, ...]:
    """Return what happened so far; empty where nothing began."""
    steps = timeline.steps if timeline is not None else ()
    return tuple(
        StepState(
            QCoreApplication.translate("timeline", EXPLANATIONS[step.what].title),
            step.line(steps[0].at),
            QCoreApplication.translate("timeline", EXPLANATIONS[step.what].why),
        )
        for step in steps
    )
