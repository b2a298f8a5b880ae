"""The reference: every surface, optimizer and schedule with its formula, its source and what it teaches."""

from ui import reference
from ui.style import page_style

page_style()
reference.reference()
