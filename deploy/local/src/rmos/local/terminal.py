"""What do the groups of the `rmos` command share: exit codes, common options, ways to answer and to fail?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rmos.local.connection import Connection, NotRunning, connect

OK, USAGE, BLOCKED, ERROR, REFUSED, TIMED_OUT = 0, 1, 2, 3, 4, 5
EXIT_CODES = {"OK": OK, "BLOCKED": BLOCKED, "ERROR": ERROR}
COLOURS = {"GREEN": "green", "YELLOW": "yellow", "RED": "red", "UNKNOWN": "magenta"}

State = Annotated[Path, typer.Option("--state", envvar="RMOS_STATE", help="The stack's state folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
console, errors = Console(), Console(stderr=True)


def fail(message: str, code: int) -> typer.Exit:
    errors.print(message, style="red", markup=False)
    return typer.Exit(code)


def connection(state: Path) -> Connection:
    try:
        return connect(state)
    except NotRunning as error:
        raise fail(str(error), USAGE) from error


def say(message: str, data: dict[str, Any], as_json: bool) -> None:
    """One outcome, for a person or for a program."""
    if as_json:
        print(json.dumps(data, indent=1))
    else:
        console.print(message, markup=False, highlight=False)


def line(text: str, style: str = "") -> None:
    """A line as it is: no markup, no wrapping."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def show(data: Any, as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        print(json.dumps(data, indent=1))
        return
    table = Table(*columns)
    for row in data:
        cells = [Text(str(row.get(column, ""))) for column in columns]
        table.add_row(*cells, style=COLOURS.get(str(row.get("risk", ""))))
    console.print(table)


def answer(c: Connection, method: str, service: str, path: str, body: Any = None) -> Any:
    try:
        response = c.request(method, service, path, body)
    except httpx.TransportError as error:
        raise fail(f"{service} does not answer ({type(error).__name__}): see `rmos status`", ERROR) from error
    if response.is_error:
        try:
            detail = response.json().get("detail")
        except ValueError:
            detail = response.text
        raise fail(f"{detail}", REFUSED)
    return response.json() if "json" in response.headers.get("content-type", "") else response.text
