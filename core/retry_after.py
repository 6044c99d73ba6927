"""When X may be asked again, out of the headers of a 429."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(hours=24)
_DAY_LIMITS: Final = ("x-user-limit-24hour", "x-app-limit-24hour")


def reset_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when X may be asked again, between one second and 24 hours after `now`.

    X's own header counts before `Retry-After`; a 24-hour limit that is used up counts
    before both. None where no header says anything that can be read.

    Source: rate limit headers of the X API, read August 2026; the 24-hour headers were
    seen on posts and are not documented. `Retry-After`: RFC 9110 §10.2.3.
    """
    candidates = [
        _at_second(headers.get(f"{limit}-reset"))
        for limit in _DAY_LIMITS
        if headers.get(f"{limit}-remaining", "").strip() == "0"
    ]
    candidates.append(_at_second(headers.get("x-rate-limit-reset")))
    candidates.append(_after(headers.get("retry-after"), now))
    for moment in candidates:
        if moment is not None:
            return min(max(moment, now + _SHORTEST), now + _LONGEST)
    return None


def _at_second(text: str | None) -> datetime | None:
    if text is None or not re.fullmatch(r"[0-9]{1,11}", text.strip()):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _after(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return now + timedelta(seconds=int(text))
    from email.utils import parsedate_to_datetime  # slow to load, and X sends no dates

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
