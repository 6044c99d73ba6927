"""The bodies with which X refuses, shape by shape.

The words inside are X's, because clients read them; source: x-platform notes
§§1.2, 2.4, 6 and 7, August 2026. Problem types carry the prefix that X's answers
had on the wire that year.
"""

from http import HTTPStatus
from typing import Final

from sandbox.exchange import Answer, Pairs, json_answer

PROBLEM: Final = "https://api.twitter.com/2/problems/"
KIND_NAMES: Final = {
    "app": "OAuth 2.0 Application-Only",
    "oauth1": "OAuth 1.0a User Context",
    "oauth2": "OAuth 2.0 User Context",
}


def flat(
    status: int, title: str, detail: str, type_: str = "about:blank", **more: object
) -> Answer:
    """Return one RFC 7807 problem as X's v2 endpoints write it."""
    document = {"title": title, "type": type_, "status": status, "detail": detail, **more}
    return json_answer(status, document)


def plain(status: int) -> Answer:
    """Return the problem that says no more than its status."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    return flat(status, phrase, phrase)


def legacy(status: int, code: int, message: str, **more: object) -> Answer:
    """Return an error in the older `errors: [{code, message}]` shape."""
    return json_answer(status, {"errors": [{"code": code, "message": message, **more}]})


def oauth(status: int, error: str, description: str) -> Answer:
    """Return an error of the OAuth 2.0 endpoints (RFC 6749 §5.2)."""
    return json_answer(status, {"error": error, "error_description": description})


def unverified_credentials() -> Answer:
    """Code 99: keys wrong, grant type wrong, or asked too often."""
    return legacy(403, 99, "Unable to verify your credentials", label="authenticity_token_error")


def may_not_invalidate() -> Answer:
    """Code 348; the doubled word is X's own."""
    return legacy(403, 348, "Client application is not permitted to to invalidate this token.")


def could_not_authenticate() -> Answer:
    """Code 32: an OAuth 1.0a signature that does not hold."""
    return legacy(401, 32, "Could not authenticate you.")


def bad_authentication_data() -> Answer:
    """Code 215: an OAuth 1.0a header that cannot be read."""
    return legacy(400, 215, "Bad Authentication data.")


def timestamp_out_of_bounds() -> Answer:
    """Code 135: the client's clock is more than five minutes off."""
    return legacy(401, 135, "Timestamp out of bounds.")


def invalid_or_expired() -> Answer:
    """Code 89: an OAuth 1.0a token that X ended."""
    return legacy(401, 89, "Invalid or expired token.")


def invalid_value(of: str) -> Answer:
    """Return the token endpoint's refusal of one value."""
    return oauth(400, "invalid_request", f"Value passed for the {of} was invalid.")


def mismatch(given: str, expected: str) -> Answer:
    """Return the token endpoint's refusal of a value that differs from an earlier one."""
    return oauth(
        400, "invalid_request", f"Value passed for the {given} did not match the {expected}."
    )


def missing(parameter: str) -> Answer:
    """Return the token endpoint's refusal of a request without `parameter`."""
    return oauth(400, "invalid_request", f"Missing required parameter [{parameter}].")


def missing_client_authentication() -> Answer:
    """Return what X answers to a confidential client without, or with a wrong, Basic header."""
    return oauth(401, "unauthorized_client", "Missing valid authorization header")


def unsupported_authentication(used: str, supported: list[str]) -> Answer:
    """Return the refusal of the wrong kind of credential; kinds are keys of KIND_NAMES."""
    names = ", ".join(KIND_NAMES[kind] for kind in supported)
    return flat(
        403,
        "Unsupported Authentication",
        f"Authenticating with {KIND_NAMES[used]} is forbidden for this endpoint.  "
        f"Supported authentication types are [{names}].",
        PROBLEM + "unsupported-authentication",
    )


def missing_permission() -> Answer:
    """Return the refusal of an OAuth 1.0a token whose permission level is too low."""
    return flat(
        403,
        "Forbidden",
        "Your client app is not configured with the appropriate oauth1 app permissions "
        "for this endpoint.",
        PROBLEM + "oauth1-permissions",
    )


def not_enrolled(app_id: str) -> Answer:
    """Return the refusal of an App that is in no package."""
    return json_answer(
        403,
        {
            "client_id": app_id,
            "detail": "When authenticating requests to the Twitter API v2 endpoints, you must "
            "use keys and tokens from a Twitter developer App that is attached to a Project.",
            "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
            "title": "Client Forbidden",
            "required_enrollment": "Appropriate Level of API Access",
            "reason": "client-not-enrolled",
            "type": PROBLEM + "client-forbidden",
        },
    )


def not_enterprise(app_id: str) -> Answer:
    """Return the refusal of an App whose access is self-serve, where X wants a contract."""
    return json_answer(
        403,
        {
            "client_id": app_id,
            "detail": "This endpoint is open to Apps with enterprise access only.",
            "title": "Client Forbidden",
            "required_enrollment": "Enterprise",
            "reason": "client-not-enrolled",
            "type": PROBLEM + "client-forbidden",
        },
    )


def too_many_connections() -> Answer:
    """Return the refusal of one stream more than an App may have open."""
    return flat(
        429,
        "ConnectionException",
        "This stream is currently at the maximum allowed connection limit.",
        PROBLEM + "streaming-connection",
        connection_issue="TooManyConnections",
    )


def no_rules() -> Answer:
    """Return the refusal of a filtered stream for which the App has no rules."""
    return flat(
        409,
        "ConnectionException",
        "This stream has no rules; add one before connecting.",
        PROBLEM + "streaming-connection",
        connection_issue="RuleConfigurationIssue",
    )


def too_many_rules(cap: int) -> Answer:
    """Return the refusal of rules beyond the App's number of them."""
    detail = f"Your App may have {cap} rules; adding these would exceed that."
    return flat(400, "RulesCapExceeded", detail, PROBLEM + "rule-cap")


def disconnected() -> Answer:
    """Return X's last line in a stream that it ends for reasons of its own."""
    return json_answer(
        200,
        {
            "errors": [
                {
                    "title": "operational-disconnect",
                    "disconnect_type": "UpstreamOperationalDisconnect",
                    "detail": "This stream has been disconnected upstream for operational reasons.",
                    "type": PROBLEM + "operational-disconnect",
                }
            ]
        },
    )


def credits_depleted(account_id: int) -> Answer:
    """Return the refusal of an account whose prepaid credits are used up."""
    return json_answer(
        402,
        {
            "account_id": account_id,
            "title": "CreditsDepleted",
            "detail": f"Your enrolled account [{account_id}] does not have any credits "
            "to fulfill this request.",
            "type": PROBLEM + "credits",
        },
    )


def too_many_requests(headers: Pairs) -> Answer:
    """Return the v2 answer to one request too many."""
    answer = plain(429)
    answer.headers += headers
    return answer


def invalid_request(*faults: tuple[str, list[str], str]) -> Answer:
    """Return the 400 that names each bad parameter.

    Args:
        faults: name, values and message of each.
    """
    return json_answer(
        400,
        {
            "errors": [
                {"parameters": {name: values}, "message": message}
                for name, values, message in faults
            ],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": PROBLEM + "invalid-request",
        },
    )


def not_found(resource: str, parameter: str, value: str) -> dict[str, object]:
    """Return the partial error for one thing that does not exist."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEM + "resource-not-found",
    }


def only_errors(*errors: dict[str, object]) -> Answer:
    """Return the 200 in which nothing was found."""
    return json_answer(200, {"errors": list(errors)})


def not_authorized(resource: str, parameter: str, value: str) -> dict[str, object]:
    """Return the partial error for one thing that the caller may not see."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {resource} with id: [{value}].",
        "title": "Authorization Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEM + "not-authorized-for-resource",
        "section": "data",
    }


def not_in_the_sandbox(method: str, path: str) -> Answer:
    """Return the honest refusal of an operation of X that the sandbox does not have."""
    return flat(
        403,
        "Not In The Sandbox",
        f"X has {method} {path}, this sandbox does not. Send the request to X itself.",
        "about:blank",
    )
