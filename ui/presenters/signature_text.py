"""The making of an OAuth 1.0a signature as text for the Code tab. Shows no credential."""

from PySide6.QtCore import QCoreApplication

from core.signature_explainer import Parameter, SignatureSteps


def signature_text(steps: SignatureSteps) -> str:
    """Return the steps as numbered paragraphs, with what each of them makes."""
    parts = [
        (_tr("1. Collect what takes part"), _collected(steps)),
        (
            _tr("2. Percent-encode names and values (RFC 3986: a space is %20), then sort"),
            "\n".join(f"{name} = {value}" for name, value in steps.sorted_pairs),
        ),
        (_tr("3. Join them: the parameter string"), steps.shown_parameter_string),
        (
            _tr("4. Method, address and parameter string, each encoded: the base string"),
            f"{_tr('Method')}   {steps.method}\n{_tr('Address')}  {steps.url}\n\n"
            + steps.shown_base_string,
        ),
        (
            _tr("5. The signing key: API Key Secret & Access Token Secret, each encoded"),
            steps.shown_key,
        ),
        (_tr("6. Base64 of HMAC-SHA1 with that key over the base string"), steps.signature),
        (_tr("7. The header"), f"Authorization: {steps.shown_header}"),
    ]
    return "\n\n".join(f"{title}\n{_indented(text)}" for title, text in parts) + "\n"


def _collected(steps: SignatureSteps) -> str:
    lines = [f"{_source(p):<8} {p.name} = {p.shown}" for p in steps.collected]
    if steps.has_unsigned_body:
        lines.append(_tr("The JSON body takes no part: OAuth 1.0a signs form fields only."))
    return "\n".join(lines)


def _source(parameter: Parameter) -> str:
    return {"query": _tr("query"), "form": _tr("form")}.get(parameter.source, "oauth")


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" if line else "" for line in text.splitlines())


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
