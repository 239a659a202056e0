"""What every journey does with a page: become someone, reach something with the keyboard, send a form.

Whoever leaves a page waits for the next one. Without it, « go there » would stop a form on its way.
"""

import re

from playwright.sync_api import Locator, Page

# In milliseconds: a robot would answer a form sooner (`alliage.ui.honeypot`).
A_PERSON_TYPES = 2_100


def become(page: Page, who: str) -> None:
    """Become a person of the demonstration, by name or by role, with its bar; works without script."""
    bar = page.locator(".demo-bar, [data-demo-bar]").first
    if bar.locator("summary").count():
        bar.locator("summary").first.click()
    with page.expect_navigation():
        bar.get_by_role("button", name=re.compile(who, re.IGNORECASE)).first.click()


def send(page: Page, name: str | re.Pattern[str]) -> None:
    """Use a button of the page by keyboard, and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name).first.press("Enter")


def reach(page: Page, target: Locator) -> None:
    """Tab until the element has the focus."""
    for _turn in range(160):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard.")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def go_by_tab(page: Page, field: Locator) -> None:
    """Reach a field with the Tab key alone, from where the focus is; whoever looks must see it."""
    for _step in range(150):
        page.keyboard.press("Tab")
        if field.evaluate("element => element === document.activeElement"):
            assert field.evaluate(
                "element => { const box = element.getBoundingClientRect();"
                " const foot = document.querySelector('.entry-form__foot')?.getBoundingClientRect();"
                " return box.top >= 0 && (!foot || element.closest('.entry-form__foot') || box.top < foot.top); }"
            ), "the field that has the focus is seen"
            return
    raise AssertionError("The Tab key does not reach this field.")
