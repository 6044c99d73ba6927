"""Activity: the vault's lines about the App on the desk, in words."""

from PySide6.QtCore import QCoreApplication, QObject

from core.model import Activity
from core.timeline import title_of_fact
from ui.desk import Desk
from ui.notices import notice_for
from ui.views.activity import ActivityEntry, ActivityState, ActivityView
from ui.widgets import Status


class ActivityPresenter(QObject):
    """Reads the App's activities on a worker whenever the vault has changed."""

    def __init__(self, desk: Desk, view: ActivityView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        desk.snapshot_changed.connect(self.load)
        desk.app_changed.connect(self.load)
        view.notice_action_wanted.connect(lambda _key: self.load())
        self.load()

    def load(self) -> None:
        """Read and show what happened."""
        app_id = self._desk.app_id
        if not app_id:
            return
        vault = self._desk.world.vault
        job = self._desk.submit(lambda _cancel: vault.activities(app_id))
        job.succeeded.connect(lambda found: self._show(app_id, found))
        job.failed.connect(self._fail)

    def _show(self, app_id: str, found: tuple[Activity, ...]) -> None:
        if app_id == self._desk.app_id:
            self._view.render_state(ActivityState(tuple(self._entry(each) for each in found)))

    def _fail(self, error: object) -> None:
        notice = notice_for(error, "open", key="again", action=self.tr("Try again"))
        self._view.render_state(ActivityState(error=notice))

    def _entry(self, activity: Activity) -> ActivityEntry:
        return ActivityEntry(
            key=f"{activity.at.timestamp()}/{activity.what}/{activity.subject}",
            at=activity.at,
            credential=self._subject(activity.subject),
            what=self._what(activity),
            outcome=self._outcome(activity),
            details=tuple(detail_line(name, value) for name, value in activity.facts),
        )

    def _subject(self, subject: str) -> str:
        names = {
            "bearer": self.tr("Bearer Token"),
            "access token": self.tr("Access Token and Secret"),
            "app": self.tr("App"),
            "user": self.tr("A user"),
        }
        return names.get(subject, subject)

    def _what(self, activity: Activity) -> str:
        what = activity.what
        if what == "sign_in" and activity.outcome != "ok":
            return self.tr("Sign-in")  # nobody is signed in by it
        names = {
            "generate": self.tr("Generated"),
            "invalidate": self.tr("Revoked"),
            "regenerate": self.tr("Regenerated"),
            "revoke": self.tr("Revoked"),
            "refresh": self.tr("Refreshed"),
            "exchange": self.tr("Signed in"),
            "sign_in": self.tr("Signed in"),
            "check": self.tr("Checked"),
            "prove": self.tr("Proved the revocation"),
            "whoami": self.tr("Asked whose it is"),
            "hand_over": self.tr("Handed over"),
            "take_back": self.tr("Taken back"),
            "forget": self.tr("Forgotten here"),
            "restore": self.tr("Came back from a copy"),
        }
        return names.get(what, what.replace("_", " ").capitalize())

    def _outcome(self, activity: Activity) -> Status:
        words = {
            "ok": (self.tr("Done"), "ok"),
            "refused": (self.tr("X refused"), "bad"),
            "uncertain": (self.tr("Uncertain"), "warn"),
            "cancelled": (self.tr("Stopped"), "off"),
            "failed": (self.tr("Failed"), "bad"),
        }
        text, kind = words.get(activity.outcome, (activity.outcome.capitalize(), "plain"))
        return Status(text, kind)


def detail_line(name: str, value: str) -> str:
    """Return a fact of an Activity as one line; a step of a sign-in goes by its title."""
    if title := title_of_fact(name):
        return f"{QCoreApplication.translate('timeline', title)} · {value}"
    return f"{name.replace('_', ' ')}: {value}"
