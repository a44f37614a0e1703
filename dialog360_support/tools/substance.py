"""How much somebody has said in a message (D-5)."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree, html

#: the mark that Odoo puts on what a mail quotes of earlier ones
QUOTED: Final = "//*[@data-o-mail-quote or @data-o-mail-quote-container or @data-o-mail-quote-node or self::blockquote]"
WORD: Final = re.compile(r"\w+")


def count_words(body: str) -> int:
    """Words of an HTML text that its author has written: without what is quoted. 0 of what is no HTML at all."""
    if not body.strip():
        return 0
    try:
        root = html.fragment_fromstring(body, create_parent="div")
    except (etree.ParserError, ValueError):
        return 0
    for quoted in root.xpath(QUOTED):
        if quoted.getparent() is not None:
            quoted.drop_tree()  # what stands behind it stays
    return len(WORD.findall(" ".join(root.itertext())))
