"""Parts of a page that are the same for everybody, rendered once a process."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Kept(template.Node):
    """What stands between the tags, by language. It is rendered without a context: nobody's data is in it."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.html: dict[str | None, SafeString] = {}

    def render(self, context: Any) -> SafeString:
        """Return the HTML of the language of the page."""
        language = get_language()
        if language not in self.html:
            self.html[language] = self.nodelist.render(template.Context())
        return self.html[language]


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """Keep what stands up to `endkept`: texts, links and files of the site, no name and no variable."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist)
