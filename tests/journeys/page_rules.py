"""What every page has to keep, whatever it shows: asked of the page itself."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Structure does not depend on the theme; colours do.
COLOURS = ["color-contrast", "link-in-text-block"]

# No rule of ours asks axe to fetch the style sheets once more.
_VIOLATIONS = """async (only) => {
    const results = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
    return results.violations.flatMap((rule) => rule.nodes.map(
        (node) => [rule.id, String(node.target), node.html.slice(0, 120)]
    ));
}"""
_DUPLICATE_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""


def violations(page: Page, scheme: str = "light", only: list[str] = STANDARDS) -> list[list[str]]:
    """Return what axe-core finds on the page in a theme, by rules or by whole standards."""
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(Axe().axe_script)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = [[scheme, *one] for one in page.evaluate(_VIOLATIONS, only)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def duplicate_ids(page: Page) -> list[str]:
    """Return the ids that more than one element has."""
    return page.evaluate(_DUPLICATE_IDS)


def overflow(page: Page, width: int) -> int:
    """Return by how many px the page is wider than a screen of `width` px."""
    page.set_viewport_size({"width": width, "height": 700})
    return max(0, page.evaluate("document.documentElement.scrollWidth") - width)


# Each width goes with one theme: most of what axe costs is looking at colours.
ONCE = [(1280, "light", STANDARDS), (390, "dark", STANDARDS)]
# Every theme at every width, for each page as it is first seen.
ALL_COLOURS = [*ONCE, (1280, "dark", COLOURS), (390, "light", COLOURS)]


def broken_rules(page: Page, checks: list[tuple[int, str, list[str]]] = ONCE) -> dict[str, object]:
    """Return what the page breaks on a desk and on a phone; empty when it keeps everything."""
    before = page.viewport_size
    broken: dict[str, object] = {}
    for width, scheme, only in sorted(checks):
        as_high_as_itself(page, width)
        broken.setdefault(f"axe at {width} px", []).extend(violations(page, scheme, only))
    broken["wider than 320 px by"] = overflow(page, 320)
    broken["ids twice"] = duplicate_ids(page)
    page.set_viewport_size(before)
    return {rule: found for rule, found in broken.items() if found}


def as_high_as_itself(page: Page, width: int) -> None:
    """Give the page a screen as high as itself: nothing is half under a bar that stays in sight."""
    page.set_viewport_size({"width": width, "height": 900})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})


def error_state(page: Page) -> dict[str, object]:
    """Return in what a page that refused something fails to say so at once."""
    try:
        page.locator(".error-summary:focus").wait_for()  # the script comes after the page
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
