"""All that the doctor's page shows, as frozen values."""

from dataclasses import dataclass

from ui.widgets import NoticeState


@dataclass(frozen=True, slots=True)
class Remark:
    """One check or one finding, told.

    Attributes:
        key: stable within its list.
        title: what was looked at or found, as "Client ID" or "Bearer Token …8avbi".
        kind: of the mark: ok, warn, bad or off.
        state: the mark in words, for those who hear it: "in order", "look at this", "wrong".
        lines: what was found, one sentence each.
        cause: why; "" where all is well.
        steps: what to press in X's console, in order.
        next_step: what to do.
        source: how sure this is, as "Reported by developers, August 2026".
        code: a corrected call, to be copied; "" for none.
    """

    key: str
    title: str
    kind: str = "ok"
    state: str = ""
    lines: tuple[str, ...] = ()
    cause: str = ""
    steps: tuple[str, ...] = ()
    next_step: str = ""
    source: str = ""
    code: str = ""

    @property
    def is_long(self) -> bool:
        """Whether there is more to say than its lines."""
        return bool(self.cause or self.steps or self.next_step or self.code)


@dataclass(frozen=True, slots=True)
class DoctorState:
    """The page.

    Attributes:
        subject: whose set-up is checked, as "Acme Bot", or "this computer".
        checks: those that ask for something first, then what is in order.
        busy: what is under way, with Cancel; "" if nothing.
        notice: why the checks could not be made.
        findings: what the pasted text is.
        hint: the line below the box while there is nothing to tell.
        can_add: whether the pasted text holds fields of an App.
        can_leave: whether *Back* leads anywhere; a dialog has its own way out.
    """

    subject: str = ""
    checks: tuple[Remark, ...] = ()
    busy: str = ""
    notice: NoticeState | None = None
    findings: tuple[Remark, ...] = ()
    hint: str = ""
    can_add: bool = False
    can_leave: bool = True
