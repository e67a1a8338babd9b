"""The text of a web page: what people see of an HTML export of a notebook, or of the text in a drawing (SVG)."""

from __future__ import annotations

from html.parser import HTMLParser


class _Text(HTMLParser):
    """Collects a page's text; each line stays the line that it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag's line ends, and the texts that stand in its attributes."""
        self.parts.append("\n" * (self.get_starttag_text() or "").count("\n"))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        """Keep comments: who looks at the source sees them."""
        self.parts.append(data)


def text_of(page: str) -> str:
    """Return the text of a page, with the page's own line numbers."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)


def is_page(name: str, text: str) -> bool:
    """Whether a text is a web page or a drawing."""
    start = text[:500].lstrip("\ufeff \r\n\t").lower()
    return name.lower().endswith((".html", ".htm", ".svg", ".xml")) or start.startswith(
        ("<!doctype html", "<html", "<svg", "<?xml")
    )
