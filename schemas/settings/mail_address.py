"""What a mail can be addressed to."""

from __future__ import annotations

import re

SIGN = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
ADDRESS = re.compile(
    rf"(?![-|/])(?=[^@]{{1,64}}@)(?!.*=\?){SIGN}+(?:\.{SIGN}+)*@(?:[A-Za-z0-9-]{{1,63}}\.)+[A-Za-z0-9-]{{2,63}}"
)
"""One bare address: no name, no list, no quoting, nothing that a header could be made of.

`=?` begins an encoded word in a header, so no address has it. None begins with a dash, a bar or a slash: on
the command line of a mailer these are an option, a program and a file (`sendmail -oQ/tmp`).
"""


def is_address(text: str) -> bool:
    """Whether a mail can go there."""
    return ADDRESS.fullmatch(text) is not None
