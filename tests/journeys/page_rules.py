"""What every page has to keep, whatever it shows: asked of the page itself."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Structure does not depend on the theme; colours do.
COLOURS = ["color-contrast", "link-in-text-block"]

_VIOLATIONS = """async (only) => {
    const results = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
    return results.violations.flatMap((rule) => rule.nodes.map(
        (node) => [rule.id, String(node.target), node.html.slice(0, 120)]
    ));
}"""
_DUPLICATE_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""


def violations(page: Page, schemes: tuple[str, ...] = ("light", "dark")) -> list[list[str]]:
    """Return what axe-core finds on the page in the light and the dark theme."""
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(Axe().axe_script)
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        only = {"type": "tag", "values": STANDARDS} if scheme == "light" else COLOURS
        found += [[scheme, *one] for one in page.evaluate(_VIOLATIONS, only)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def duplicate_ids(page: Page) -> list[str]:
    """Return the ids that more than one element has."""
    return page.evaluate(_DUPLICATE_IDS)


def overflow(page: Page, width: int) -> int:
    """Return by how many px the page is wider than a screen of `width` px."""
    page.set_viewport_size({"width": width, "height": 700})
    return max(0, page.evaluate("document.documentElement.scrollWidth") - width)


def broken_rules(page: Page, widths: tuple[int, ...] = (1280, 390)) -> dict[str, object]:
    """Return what the page breaks at each width, in both themes; empty when it keeps everything."""
    before = page.viewport_size
    broken: dict[str, object] = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        # On a screen as high as the page nothing is half under a bar that stays in sight.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        broken[f"axe at {width} px"] = violations(page)
    broken["wider than 320 px by"] = overflow(page, 320)
    broken["ids twice"] = duplicate_ids(page)
    page.set_viewport_size(before)
    return {rule: found for rule, found in broken.items() if found}


def error_state(page: Page) -> dict[str, object]:
    """Return in what a page that refused something fails to say so at once."""
    try:
        page.locator(".error-summary:focus").wait_for(timeout=5_000)  # the script comes after the page
        elsewhere = ""
    except TimeoutError:
        elsewhere = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
    broken = {
        "title": not page.title().startswith("Error:") and page.title(),
        "focus": elsewhere,
    }
    dead = page.locator(".error-summary a").evaluate_all(
        "links => links.map(link => link.hash.slice(1)).filter(id => !document.getElementById(id))"
    )
    broken["links to nothing"] = dead
    return {rule: found for rule, found in broken.items() if found}
