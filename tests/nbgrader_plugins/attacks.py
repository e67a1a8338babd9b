"""What students could put into a notebook to do something in the browser of whoever opens it.

Each attack asks for ``{url}`` when it works, by itself or by the JavaScript ``{js}``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import nbformat

# One pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

HTML = {
    "script": "<script>{js}</script>",
    "image-error": "<img src='data:,' onerror=\"{js}\">",
    "svg-onload": '<svg onload="{js}"></svg>',
    "svg-script": "<svg><script>{js}</script></svg>",
    "frame-srcdoc": '<iframe srcdoc="<script>{js}</script>"></iframe>',
    "frame-javascript": '<iframe src="javascript:{js}"></iframe>',
    "frame-remote": '<iframe src="{url}"></iframe>',
    "image-remote": '<img src="{url}">',
    "image-set": '<img srcset="{url} 1x">',
    "style-attribute": '<div style="background:url({url})">x</div>',
    "style-import": "<style>@import url({url});</style>",
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}">',
    "link-javascript": '<a href="javascript:{js}">x</a>',
    "link-entities": '<a href="&#106;ava&#10;script:{js}">x</a>',
    "focus": '<input autofocus onfocus="{js}">',
    "toggle": '<details open ontoggle="{js}"><summary>x</summary>y</details>',
    "mouse": '<b onmouseover="{js}">x</b>',
    "animation": "<style>@keyframes k{{to{{opacity:1}}}}</style>"
    "<b style='animation:k 1ms' onanimationstart=\"{js}\">x</b>",
    "video": '<video poster="{url}"></video>',
    "audio": '<audio src="{url}" autoplay></audio>',
    "source": '<video><source src="data:," onerror="{js}"></video>',
    "refresh": '<meta http-equiv="refresh" content="0;url={url}">',
}
TEXT = {
    "text-script": "<script>{js}</script>",
    "text-image-error": "Why: <img src='data:,' onerror=\"{js}\">",
    "text-link": "[why](<javascript:{js}>)",
    "text-reference": "[why][one]\n\n[one]: <javascript:{js}>",
    "text-image": "![why]({url})",
    "text-image-reference": "![why][two]\n\n[two]: {url}",
    "text-image-here": "![why](/here/text-image-here)",
    "text-link-files": '<a href="/files/javascript:{js}">x</a>',
    "text-frame": '<iframe src="{url}"></iframe>',
    "text-mermaid": "```mermaid\n<img src='data:,' onerror=\"{js}\">\n```",
    "text-heading": "# Why <img src='data:,' onerror=\"{js}\">",
    "text-table": "|a|b|\n|-|-|\n|1|<img src='data:,' onerror=\"{js}\">|",
    "text-comment": "Why <!-- --><img src='data:,' onerror=\"{js}\"><!-- -->",
}
# These don't work in the browser that the tests use, or not in these pages: nothing of them may be left all the same.
DORMANT_HTML = {
    "mutation-math": "<math><mtext><table><mglyph><style><!--</style>"
    '<img title="--&gt;&lt;img src=x onerror={js}&gt;">',
    "mutation-noscript": '<noscript><p title="</noscript><img src=x onerror={js}>"></noscript>',
    "mutation-svg": '<svg></p><style><a id="</style><img src=1 onerror={js}>">',
    "base": '<base href="{url}/">',
    "form": '<form action="{url}"><button>Save points</button></form>',
    "link-data": '<a href="data:text/html,<script>{js}</script>">x</a>',
    "link-vbscript": '<a href="vbscript:{js}">x</a>',
    "link-here": '<a href="/formgrader/api/assignment/x/autograde">x</a>',
    "script-slash": "<script/src={url}></script/>",
    "fake-score": '<input class="score" id="test_double">'
    '<div class="nbgrader_cell" data-link="x" id="statusmessage">x</div>',
}
DORMANT_TEXT = {
    "text-formula": "$<img src=x onerror={js}>$ and $$<script>{js}</script>$$",
    "text-environment": "\\begin{{equation}}<img src=x onerror={js}>\\end{{equation}}",
    "text-autolink": "<javascript:{js}>",
    "text-title": '[why](http://x.test "a\\" onmouseover=\\"{js}")',
    "text-language": '```python" onload="{js}\nx\n```',
    "text-attached-nothing": "![why](attachment:nothing.png)",
}


def attacks() -> list[str]:
    """Return the names of the attacks that work in a page that nothing guards."""
    return [*HTML, *TEXT, "mime-javascript", "mime-markdown", "isolated", "picture-size"]


def notebook(server: str, dormant: bool = True) -> nbformat.NotebookNode:
    """Return a notebook with the attacks, which ask for addresses below ``server``; ``dormant`` ones too."""

    def armed(name: str, text: str) -> str:
        url = f"{server}/{name}"
        return text.format(url=url, js=f"void(new/**/Image().src=`{url}`)")

    cells = [shown(armed(name, html)) for name, html in HTML.items()]
    cells += [nbformat.v4.new_markdown_cell(armed(name, text)) for name, text in TEXT.items()]
    cells += [
        shown(armed("mime-javascript", "1</script><script>{js}"), "application/javascript"),
        shown(armed("mime-markdown", "# Hi <img src='data:,' onerror=\"{js}\">"), "text/markdown"),
        shown(armed("isolated", "<script>{js}</script>"), metadata={"text/html": {"isolated": True}}),
        shown(PNG, "image/png", {"image/png": {"width": armed("picture-size", "1 onload={js}")}}),
    ]
    if dormant:
        cells += dormant_cells(armed)
    return nbformat.v4.new_notebook(cells=cells, metadata={"title": armed("title", "</title><script>{js}</script>")})


def dormant_cells(armed: Callable[[str, str], str]) -> list[nbformat.NotebookNode]:
    """Return cells with attacks that don't work here; ``armed`` fills in what each asks for."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='{js}'><script>{js}</script></svg>"
    return [
        *(shown(armed(name, html)) for name, html in DORMANT_HTML.items()),
        *(nbformat.v4.new_markdown_cell(armed(name, text)) for name, text in DORMANT_TEXT.items()),
        shown(armed("svg", svg), "image/svg+xml"),
        shown(armed("png-html", '"><img src=x onerror={js}>'), "image/png"),
        shown(armed("latex", "$x$ <script>{js}</script>"), "text/latex"),
        shown(armed("html-mime", "<script>{js}</script>"), 'text/html" onload="x'),
        attached(armed("attached", svg)),
        nbformat.v4.new_raw_cell(armed("raw", "<script>{js}</script><img src='{url}'>")),
        printed(armed("printed", "<script>{js}</script>\x1b[31m<img src=x onerror={js}>\x1b[0m")),
        decorated(armed("metadata", '"><script>{js}</script>')),
    ]


def shown(text: str, mime: str = "text/html", metadata: dict[str, object] | None = None) -> nbformat.NotebookNode:
    """Return a cell that displayed something."""
    output = nbformat.v4.new_output("display_data", data={mime: text}, metadata=metadata or {})
    return nbformat.v4.new_code_cell("1", outputs=[output])


def attached(svg: str) -> nbformat.NotebookNode:
    """Return a text cell with a picture attached that is none."""
    packed = base64.b64encode(svg.encode()).decode()
    files = {"a.svg": {"image/svg+xml": packed}, "b.png": {"image/png": packed}, "c": {'text/html" onload="x': packed}}
    text = "![a](attachment:a.svg) ![b](attachment:b.png) ![c](attachment:c)"
    return nbformat.v4.new_markdown_cell(text, attachments=files)


def printed(text: str) -> nbformat.NotebookNode:
    """Return a cell that printed and raised."""
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=text),
        nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    return nbformat.v4.new_code_cell("1", outputs=outputs)


def decorated(text: str) -> nbformat.NotebookNode:
    """Return a cell whose metadata hold an attack."""
    metadata = {"tags": [text], "magics_language": text, "nbgrader": {"comment": text}}
    return nbformat.v4.new_code_cell(text, metadata=metadata)
