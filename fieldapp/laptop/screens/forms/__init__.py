"""Screens: a form. What is the answer, and what follows from it?

shelf      the forms of this laptop, compiled         fillings   drafts being filled, in memory
places     what stands where in a form                items      one question as it looks now
outline    the jump list                              around     all that stands around the questions
answers    what the controls say, and what must be shown anew
explained  the result as it is kept                   finalising a draft becomes a submission
begin, fill, finish                                   the addresses
"""

from __future__ import annotations

from fieldapp.laptop.screens.forms import begin, fill, finish
from fieldapp.laptop.screens.forms.blueprint import bp

__all__ = ["begin", "bp", "fill", "finish"]
