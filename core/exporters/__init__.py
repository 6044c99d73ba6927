"""How credentials leave: as variables of a program, as files of other tools, as commands.

Pure: nouns in, text out. What writes it and who may see it is decided by the faces.
"""
