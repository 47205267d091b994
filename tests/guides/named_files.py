"""Files of the project that a document names (`tests/bench/run`): they are there, and a script knows the options it is called with.
A part of the house may be named without its files' endings (`daemon/last_resort`)."""
import re

from guide import Fault, words_of

OURS = re.compile(r"(?:\./)?((?:api|daemon|packaging|pkcs11|policy|tests)/[\w./-]*\w)/?(?= |$)")


def check(guide, top):
    """How many it names. Raises Fault for the first that is not there."""
    found = 0
    for command in (*guide.commands, *guide.inline()):
        match = OURS.match(command.text)
        if not match:
            continue
        found += 1
        place = top / match[1]
        if not place.exists() and not list(place.parent.glob(f"{place.name}.*")):
            raise Fault(f"{guide.name}, {command}\n  names {match[1]}, which is not there")
        options = [word for word in words_of(command.text) if re.fullmatch(r"--[a-z][a-z-]*", word)]
        if options and place.is_file():
            text = place.read_text(encoding="utf-8")
            for option in options:
                if option not in text:
                    raise Fault(f"{guide.name}, {command}\n  {match[1]} has no option {option}")
    return found
