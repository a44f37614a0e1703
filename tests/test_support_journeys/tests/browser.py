"""A person with a real browser."""

from __future__ import annotations

import resource
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Page, sync_playwright

#: A loaded machine paints slowly.
PATIENCE = 90_000


class Chromium:
    """The browser itself, for several persons."""

    def __init__(self, executable: str) -> None:
        self.executable = executable

    def __enter__(self) -> Browser:
        # Odoo limits the address space of its process, which a browser started from it would inherit
        limits = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
        try:
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=self.executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        finally:
            resource.setrlimit(resource.RLIMIT_AS, limits)
        return self._browser

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()


class Person:
    """Somebody who is logged in; the browser's clock shows the desk's time."""

    def __init__(self, browser: Browser, url: str, login: str, password: str, now: datetime, pictures: Path) -> None:
        self.url = url
        self.login = login
        self.pictures = pictures
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 1000}, locale="en-GB", timezone_id="Europe/London"
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.set_clock(now)
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url(lambda address: "/web/login" not in address)

    def set_clock(self, now: datetime) -> None:
        """The browser stands beside the desk's wall clock."""
        self.page.clock.set_system_time(now.replace(tzinfo=timezone.utc))

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def open_ticket(self, ticket: int) -> Page:
        """The agent's form, when the panel of promises stands in it."""
        page = self.open(f"/odoo/helpdesk.ticket/{ticket}")
        page.wait_for_selector(".o_support_panel .o_support_clock")
        return page

    def state(self, metric: str) -> str:
        """What the panel shows of a promise."""
        return self.page.locator(f".o_support_clock[data-metric={metric}]").last.get_attribute("data-state") or ""

    def badge(self, metric: str) -> str:
        return self.page.locator(f".o_support_clock[data-metric={metric}] .o_support_badge").last.inner_text()

    def picture(self, name: str) -> None:
        """For people to look at; not compared with anything."""
        self.page.screenshot(path=str(self.pictures / f"{name}.png"), full_page=True)
