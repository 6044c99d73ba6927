"""The memory of one sign-in attempt: its profile, and the filter of its requests.

Usually the profile is off the record: cookies, storage and cache stay in memory and go
with it, so the next attempt starts signed out (Qt WebEngine 6.11 documentation; files
under HOME counted after a login: none). Where the person chose to stay signed in, it is
given a private folder, and everything that Chromium keeps lies in there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QObject, QUrl, Signal
from PySide6.QtNetwork import QSslCertificate
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineProfileBuilder,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from ui.browser.policy import SignInPolicy
from ui.browser.settings import PROFILE_NAME, ViewSettings

log = logging.getLogger(__name__)

_Attribute = QWebEngineSettings.WebAttribute
_Kind = QWebEngineUrlRequestInfo.ResourceType

# X's sign-in is a script application, so scripts and local storage stay on.
_SWITCHED_ON = (
    _Attribute.JavascriptEnabled,
    _Attribute.LocalStorageEnabled,
    _Attribute.WebRTCPublicInterfacesOnly,
    _Attribute.PlaybackRequiresUserGesture,
)
_SWITCHED_OFF = (
    _Attribute.JavascriptCanOpenWindows,
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.ErrorPageEnabled,
    _Attribute.PluginsEnabled,
    _Attribute.PdfViewerEnabled,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.AllowWindowActivationFromJavaScript,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.AutoLoadIconsForPage,
    _Attribute.TouchIconsEnabled,
    _Attribute.BackForwardCacheEnabled,
)


class RequestFilter(QWebEngineUrlRequestInterceptor):
    """Blocks what the policy does not allow, whatever the page's part in it.

    PySide lets a request pass when `interceptRequest` raises (measured on 6.11.3), so
    every exception is turned into a block.
    """

    def __init__(
        self, policy: SignInPolicy, is_redirect: Callable[[str], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._policy = policy
        self._is_redirect = is_redirect

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Block the request unless it is allowed beyond doubt."""
        try:
            blocked = not self._allows(info)
        except Exception:  # noqa: BLE001  whatever broke, the request must not pass
            # Without the traceback: its frames and messages may quote the address.
            log.error("blocked a request, since judging it failed")  # noqa: TRY400
            blocked = True
        if blocked:
            info.block(True)

    def _allows(self, info: QWebEngineUrlRequestInfo) -> bool:
        url = info.requestUrl()
        if self._is_redirect(address(url)):
            return False
        kind = info.resourceType()
        if kind in {_Kind.ResourceTypeMainFrame, _Kind.ResourceTypeNavigationPreloadMainFrame}:
            return self._policy.may_visit(url)
        if kind in {_Kind.ResourceTypeSubFrame, _Kind.ResourceTypeNavigationPreloadSubFrame}:
            return self._policy.may_frame(url)
        return self._policy.may_fetch(url)


class AttemptProfile(QObject):
    """The hardened profile of one attempt, private unless it was given a folder.

    Owns Chromium's profile, which is made by Qt's builder: only there can certificates be
    added, and a folder be named before anything is written (Qt WebEngine 6.11).

    Attributes:
        engine: Chromium's profile.

    Signals:
        download_refused: the page tried to leave a file on this computer.
    """

    download_refused = Signal()

    def __init__(
        self,
        policy: SignInPolicy,
        is_redirect: Callable[[str], bool],
        parent: QObject,
        settings: ViewSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine = _build(settings or ViewSettings(), self)
        _harden(self.engine)
        self._filter = RequestFilter(policy, is_redirect, self)
        self.engine.setUrlRequestInterceptor(self._filter)
        self.engine.downloadRequested.connect(self._refuse_download)

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        self.download_refused.emit()


def _build(settings: ViewSettings, owner: AttemptProfile) -> QWebEngineProfile:
    builder = QWebEngineProfileBuilder()
    # In memory even where the session is kept: pages in a cache are of no use to a sign-in.
    builder.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    builder.setPersistentPermissionsPolicy(
        QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
    )
    if settings.certificates:
        builder.setAdditionalTrustedCertificates(
            QSslCertificate.fromData(QByteArray(settings.certificates.encode()))
        )
    policies = QWebEngineProfile.PersistentCookiesPolicy
    folder = settings.folder
    if folder is None:
        builder.setPersistentCookiesPolicy(policies.NoPersistentCookies)
        # Without a name it is off the record. `createOffTheRecordProfile` is so too, but
        # forgets what the builder was told, the certificates above all (measured on 6.11.3).
        profile = builder.createProfile("", owner)
        if not profile.isOffTheRecord():
            raise RuntimeError("Qt made a profile that keeps things, and none was asked for")
        return profile
    owner.setObjectName(f"{PROFILE_NAME} {folder.name}")
    builder.setPersistentStoragePath(str(folder / "storage"))
    builder.setCachePath(str(folder / "cache"))
    # What the site itself lets expire with the browser does so here too.
    builder.setPersistentCookiesPolicy(policies.AllowPersistentCookies)
    return builder.createProfile(folder.name, owner)


def _harden(profile: QWebEngineProfile) -> None:
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    settings = profile.settings()
    for attribute in _SWITCHED_ON:
        settings.setAttribute(attribute, True)
    for attribute in _SWITCHED_OFF:
        settings.setAttribute(attribute, False)
    settings.setUnknownUrlSchemePolicy(
        QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes
    )


def address(url: QUrl) -> str:
    """Return the whole address as it would go over the wire."""
    return bytes(url.toEncoded().data()).decode("ascii")
