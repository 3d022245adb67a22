"""The real server on a free port, and a client that keeps its connection and its log-in."""

import http.client
import os
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

from clinic import embedded_postgres


class Server:
    """gunicorn as `script/server` runs it, connected as the web's role."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> "Server":
        web = {"DATABASE_URL": embedded_postgres.url(self.scratch / "postgres")}
        options = f"--bind 127.0.0.1:{self.port} --worker-class gthread --workers 2 --threads 4"
        options += " --log-level warning --no-control-socket"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "clinic.wsgi", "--reuse-port", *options.split()],
            env=os.environ | web,
        )
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("The server did not come up.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(20)


class _Token(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("name") == "csrfmiddlewaretoken" and not self.value:
            self.value = named.get("value") or ""


class Browser:
    """One person's connection. Every answer must be 200 or 302, or it raises."""

    def __init__(self, server: Server) -> None:
        self.host = f"127.0.0.1:{server.port}"
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def log_in(self, email: str, password: str) -> None:
        parser = _Token()
        parser.feed(self.get("/account/login/").decode())
        self.token = parser.value
        self.post("/account/login/", {"login": email, "password": password}, expect=302)
        parser = _Token()
        parser.feed(self.get("/").decode())
        self.token = parser.value or self.token

    def get(self, path: str, *, htmx: bool = False) -> bytes:
        return self._request("GET", path, None, 200, {"HX-Request": "true"} if htmx else {})

    def post(
        self,
        path: str,
        data: dict[str, str],
        *,
        htmx: bool = False,
        expect: int = 200,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        more = (headers or {}) | ({"HX-Request": "true"} if htmx else {})
        return self._request("POST", path, urlencode(data), expect, more)

    def _request(self, method: str, path: str, body: str | None, expect: int, more: dict[str, str]) -> bytes:
        headers = more | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
        response = self._answer(method, path, body, headers)
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if response.status != expect:
            raise RuntimeError(f"{method} {path}: {response.status}, expected {expect}")
        return content

    def _answer(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closed a connection that had been idle; nothing of this request was heard.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
