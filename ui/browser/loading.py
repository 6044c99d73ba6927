"""What became of a page: the reason key of a failure, out of Chromium's error domains."""

from __future__ import annotations

from PySide6.QtWebEngineCore import QWebEngineLoadingInfo

_Domain = QWebEngineLoadingInfo.ErrorDomain
_Status = QWebEngineLoadingInfo.LoadStatus

_REASONS = {
    _Domain.CertificateErrorDomain: "certificate",
    _Domain.DnsErrorDomain: "dns",
    _Domain.ConnectionErrorDomain: "connection",
    _Domain.HttpErrorDomain: "http",
    _Domain.HttpStatusCodeDomain: "http",
}
# Chromium's net_error_list.h, all that begin with or mean a proxy.
_PROXY = frozenset({-111, -115, -127, -130, -131, -136, -140, -336})
# Chromium's net_error_list.h: aborted, blocked by client. Both are our own refusals, a
# caught redirect or a newer navigation, and have been reported already or need no report.
_OUR_OWN_DOING = frozenset({-3, -20})


def has_ended(info: QWebEngineLoadingInfo) -> bool:
    """Tell whether loading is over, well or badly."""
    return info.status() != _Status.LoadStartedStatus


def has_succeeded(info: QWebEngineLoadingInfo) -> bool:
    """Tell whether the page is there."""
    return info.status() == _Status.LoadSucceededStatus


def failure_of(info: QWebEngineLoadingInfo) -> str | None:
    """Return certificate, dns, proxy, connection, http or other; None when all went well."""
    if info.status() != _Status.LoadFailedStatus or info.errorCode() in _OUR_OWN_DOING:
        return None
    if info.errorCode() in _PROXY and info.errorDomain() != _Domain.HttpStatusCodeDomain:
        return "proxy"
    return _REASONS.get(info.errorDomain(), "other")
