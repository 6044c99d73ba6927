"""The version resource of the Windows executables, in the form PyInstaller reads."""

from pathlib import Path

TEMPLATE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The Keypane authors'),
      StringStruct('FileDescription', 'Keypane, a token manager for the X API'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('InternalName', 'keypane'),
      StringStruct('LegalCopyright', 'MIT licence'),
      StringStruct('OriginalFilename', 'keypane.exe'),
      StringStruct('ProductName', 'Keypane'),
      StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])
  ]
)
"""


def text(version: str) -> str:
    """Return the resource for a version such as "0.1.0"."""
    numbers = tuple(int(part) for part in version.split("."))
    padded = (*numbers, 0, 0, 0, 0)[:4]
    return TEMPLATE.format(numbers=padded, version=version)


def write(path: Path, version: str) -> str:
    """Write the resource and return its path as PyInstaller wants it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(version), encoding="utf-8")
    return str(path)
