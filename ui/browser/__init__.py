"""The embedded sign-in view: a browser that shows X's consent page and nothing else.

Only `page`, `profile` and `loading` import QtWebEngine, and `sign_in_view` imports those when
the first address is opened, so a window in which nobody signs in never loads Chromium.
"""
