"""Why a result could not cross the wall, in both languages.

What the worker gives as a reason is a claim: known ones are told in our words, any other is quoted as it came.
"""

from __future__ import annotations

import re

from grader.i18n import say
from grader.model import Text

_OBJECT = re.compile(r"an object of type (\w{1,80})")
_TENSOR = re.compile(r"a tensor of dtype (\w{1,20}) or of a layout that is not dense")
_ARRAY = re.compile(r"an array of dtype ([\w\[\], <>|]{1,80})")


def what_came(why: str) -> Text:
    """What was returned, as the object of a sentence."""
    if found := _OBJECT.fullmatch(why):
        return say("an object of type {type}", type=found[1])
    if found := _TENSOR.fullmatch(why):
        return say("a tensor of dtype {dtype} or of a layout that is not dense", dtype=found[1])
    if found := _ARRAY.fullmatch(why):
        return say("an array of dtype {dtype}", dtype=found[1])
    match why:
        case "arrays that are too large":
            return say("arrays that are too large")
        case "a value with too many parts":
            return say("a value with too many parts")
        case "a value nested too deeply":
            return say("a value nested too deeply")
        case "an int outside 64 bits or a text that is no Unicode":
            return say("an int outside 64 bits or a text that is no Unicode")
        case "an array of an impossible shape":
            return say("an array of an impossible shape")
        case "a tensor, where this exercise knows none":
            return say("a tensor, where this exercise knows none")
        case "an array, where this exercise knows none":
            return say("an array, where this exercise knows none")
    return Text(en=why, zh=why)
