"""What can one type? The `rmos` command: run the stack, submit jobs, read records, decide reviews."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rmos.client import ProgramRefused, SubmitError
from rmos.client import submit as publish
from rmos.contracts.events import JobSubmitted
from rmos.local import deadletters
from rmos.local.cam import cam_app
from rmos.local.connection import DEFAULT_STATE, Connection, NotRunning, connect
from rmos.local.demo import follow
from rmos.local.feasibility import feasibility_app
from rmos.local.feeds import feeds_app
from rmos.local.jobfiles import JobFileError, load_job, offsets_of
from rmos.local.presets import presets_app
from rmos.local.processes import StartFailed
from rmos.local.terminal import (
    ERROR,
    EXIT_CODES,
    REFUSED,
    TIMED_OUT,
    USAGE,
    AsJson,
    State,
    answer,
    connection,
    console,
    fail,
    say,
    show,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
runs_app = typer.Typer(no_args_is_help=True, help="Records of jobs.")
reviews_app = typer.Typer(no_args_is_help=True, help="What waits for a person.")
dead_app = typer.Typer(no_args_is_help=True, help="Messages that could not be handled.")
GROUPS = {
    "runs": runs_app, "reviews": reviews_app, "dead-letters": dead_app, "presets": presets_app, "feasibility": feasibility_app,
    "feeds": feeds_app, "cam": cam_app,
}  # fmt: skip
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


@app.command()
def up(
    state: State = DEFAULT_STATE,
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is ready.")] = False,
    single_process: Annotated[bool, typer.Option("--single-process", help="Workers in this process, to debug.")] = False,
) -> None:
    """Start servers and workers, and keep them running until Ctrl-C or `rmos down`."""
    _refuse_second(state)
    if detach:
        _detach(state, single_process)
        return
    from rmos.local.runner import run_stack

    try:
        announce = f"RMOS is up in {state}; stop it with Ctrl-C or `rmos down`"
        asyncio.run(run_stack(state, single_process, lambda: console.print(announce)))
    except StartFailed as error:
        raise fail(str(error), ERROR) from error


def _refuse_second(state: Path) -> None:
    """Two servers on one data folder would damage it."""
    try:
        running = connect(state)
    except NotRunning:
        return
    raise fail(f"RMOS already runs in {state} ({running.where}): `rmos down` stops it", USAGE)


def _detach(state: Path, single_process: bool) -> None:
    state.mkdir(parents=True, exist_ok=True)
    with (state / "up.log").open("ab") as log:
        argv = [sys.executable, "-m", "rmos.local.cli", "up", "--state", str(state)]
        argv += ["--single-process"] * single_process
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    while process.poll() is None:
        try:
            if connect(state).data["pid"] == process.pid:
                console.print(f"RMOS is up in {state} (process {process.pid})")
                return
        except NotRunning:
            time.sleep(0.05)
    raise fail(f"RMOS did not start: see {state / 'up.log'}\n{(state / 'up.log').read_text()[-2000:]}", ERROR)


def _supervised(state: Path) -> Connection:
    c = connection(state)
    if c.in_containers:
        raise fail(f"the RMOS of {state} runs in containers: `docker compose ps` and `docker compose down` speak of it", USAGE)
    return c


@app.command()
def down(state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    """Drain and stop the stack of this state folder."""
    process = psutil.Process(_supervised(state).data["pid"])
    process.terminate()
    try:
        process.wait(60)
    except psutil.TimeoutExpired as error:
        raise fail(f"process {process.pid} did not stop within 60 s", TIMED_OUT) from error
    say("RMOS is down", {"pid": process.pid, "status": "down"}, as_json)


@app.command()
def status(state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    """Say of every process whether it lives and is ready."""
    c = _supervised(state)
    rows = []
    for name, pid in c.data["pids"].items():
        health = c.health(name) if name in c.data["http"] else {"status": c.data["states"][name]}
        rows.append({"name": name, "pid": pid, "restarts": c.data["restarts"][name], **health})
    show(rows, as_json, ("name", "pid", "status", "restarts", "waiting", "outbox"))
    if any(row["status"] != "ready" for row in rows):
        raise typer.Exit(ERROR)


@app.command()
def submit(
    files: Annotated[list[Path], typer.Argument(help="Jobs (.json, .yaml) or G-code (.nc, .ngc, .gcode, .tap).")],
    state: State = DEFAULT_STATE,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the record.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to wait.")] = 120.0,
    machine: Annotated[str | None, typer.Option(help="For bare G-code.")] = None,
    material: Annotated[str | None, typer.Option(help="For bare G-code.")] = None,
    tool: Annotated[str | None, typer.Option(help="For bare G-code.")] = None,
    stock_thickness: Annotated[float | None, typer.Option(help="For bare G-code, mm.")] = None,
    stickout: Annotated[float | None, typer.Option(help="For bare G-code: tool out of the collet, mm.")] = None,
    offset: Annotated[
        list[str] | None, typer.Option(help="For bare G-code: g54=X,Y,Z in machine coordinates, mm; also g28.")
    ] = None,
    job_id: Annotated[str | None, typer.Option(help="Instead of the file's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Submit jobs. With --wait: 0 OK, 2 BLOCKED, 3 ERROR, 4 refused, 5 timed out, 1 usage; the worst of several."""
    c = connection(state)
    stated = {"stock_thickness": stock_thickness, "stickout": stickout}
    options: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
    try:
        options |= {"offsets": offsets_of(offset)} if offset else {}
        setup = {"tool_id": tool, "material_id": material, "machine_id": machine, "options": options}
        jobs = [load_job(file, c.programs, setup, job_id) for file in files]
        asyncio.run(publish(c.nats_url, *jobs))
    except JobFileError as error:
        raise fail(str(error), REFUSED) from error
    except ProgramRefused as error:
        raise fail(str(error), REFUSED) from error
    except SubmitError as error:
        raise fail(str(error), ERROR) from error
    if wait:
        _wait(c, jobs, timeout, as_json)
    else:
        ids = [job.job_id for job in jobs]
        say(f"submitted {', '.join(ids)}", {"submitted": ids}, as_json)


def _wait(c: Connection, jobs: list[JobSubmitted], timeout_s: float, as_json: bool) -> None:
    rows = follow(c, [job.job_id for job in jobs], timeout_s)
    show(list(rows.values()), as_json, ("job_id", "status", "risk", "release", "run_id"))
    if not as_json:
        _say_why(rows)
    if any(job.job_id not in rows for job in jobs):
        raise fail("timed out waiting for " + ", ".join(j.job_id for j in jobs if j.job_id not in rows), TIMED_OUT)
    raise typer.Exit(max(EXIT_CODES[row["status"]] for row in rows.values()))


def _say_why(rows: dict[str, dict[str, Any]]) -> None:
    for job_id, row in rows.items():
        for reason in row["reasons"]:
            console.print(f"{job_id}: {reason}", markup=False, highlight=False)


@app.command()
def watch(
    state: State = DEFAULT_STATE,
    every: Annotated[float, typer.Option(help="Seconds.")] = 1.0,
    times: Annotated[int, typer.Option(help="How often; 0: until interrupted.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show counts and the newest runs until interrupted; with --json, a line of JSON each time."""
    c = connection(state)
    for turn in itertools.count(1):
        counts, runs = answer(c, "GET", "runs", "/counts"), answer(c, "GET", "runs", "/runs?limit=20")
        if as_json:
            print(json.dumps({**counts, "runs": runs}), flush=True)
        else:
            console.clear()
            console.print(f"submitted {counts['submitted']}  recorded {counts['recorded']}  open {counts['open']}")
            show(runs, False, ("job_id", "status", "risk", "release", "recorded_at"))
        if turn == times:
            return
        time.sleep(every)


@runs_app.command("list")
def runs_list(state: State = DEFAULT_STATE, limit: int = 50, as_json: AsJson = False) -> None:
    rows = answer(connection(state), "GET", "runs", f"/runs?limit={limit}")
    show(rows, as_json, ("job_id", "status", "risk", "release", "recorded_at", "run_id"))


@runs_app.command("show")
def runs_show(job_id: str, state: State = DEFAULT_STATE, as_json: AsJson = True) -> None:
    """Print the record: the exact bytes that were hashed."""
    sys.stdout.write(json.dumps(answer(connection(state), "GET", "runs", f"/runs/{job_id}/record"), indent=1) + "\n")


@runs_app.command("gcode")
def runs_gcode(job_id: str, state: State = DEFAULT_STATE) -> None:
    """Print the released program, byte for byte."""
    response = connection(state).request("GET", "runs", f"/runs/{job_id}/gcode")
    if response.is_error:
        raise fail(str(response.json().get("detail")), REFUSED)
    sys.stdout.buffer.write(response.content)


@reviews_app.command("list")
def reviews_list(state: State = DEFAULT_STATE, all_: Annotated[bool, typer.Option("--all")] = False,
                 as_json: AsJson = False) -> None:  # fmt: skip
    rows = answer(connection(state), "GET", "advisory", "/reviews" + ("" if all_ else "?status=waiting"))
    if not as_json:
        rows = [{**row, "reasons": ", ".join(reason.partition(":")[0] for reason in row["reasons"])} for row in rows]
    show(rows, as_json, ("review_id", "job_id", "status", "reasons", "opened_at", "reviewer"))


def _decide(state: Path, review_id: str, decision: str, reason: str, reviewer: str, as_json: bool) -> None:
    c = connection(state)
    review = answer(c, "GET", "advisory", f"/reviews/{review_id}")
    body = {"decision": decision, "reason": reason, "reviewer": reviewer, "record_sha256": review["record_sha256"]}
    decided = answer(c, "POST", "advisory", f"/reviews/{review_id}/decision", body)
    say(f"{decision}: {review['job_id']}", decided, as_json)


Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the record.")]
Reviewer = Annotated[str, typer.Option("--reviewer", envvar="USER", help="Who decides.")]


@reviews_app.command("approve")
def reviews_approve(
    review_id: str, reason: Reason, reviewer: Reviewer, state: State = DEFAULT_STATE, as_json: AsJson = False
) -> None:
    """Approve by review id or job id."""
    _decide(state, review_id, "approve", reason, reviewer, as_json)


@reviews_app.command("reject")
def reviews_reject(
    review_id: str, reason: Reason, reviewer: Reviewer, state: State = DEFAULT_STATE, as_json: AsJson = False
) -> None:
    """Reject by review id or job id."""
    _decide(state, review_id, "reject", reason, reviewer, as_json)


@dead_app.command("list")
def dead_list(state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    rows = asyncio.run(deadletters.list_dead(connection(state).nats_url))
    show(rows, as_json, ("seq", "service", "subject", "code", "reason"))


@dead_app.command("show")
def dead_show(seq: Annotated[int, typer.Argument(min=1)], state: State = DEFAULT_STATE, as_json: AsJson = True) -> None:
    row = asyncio.run(deadletters.show_dead(connection(state).nats_url, seq))
    if row is None:
        raise fail(f"no dead letter {seq}", USAGE)
    print(json.dumps(row, indent=1))


@dead_app.command("replay")
def dead_replay(seq: Annotated[int, typer.Argument(min=1)], state: State = DEFAULT_STATE, as_json: AsJson = False) -> None:
    row = asyncio.run(deadletters.replay_dead(connection(state).nats_url, seq))
    if row is None:
        raise fail(f"no dead letter {seq}", USAGE)
    say(f"published again on {row['subject']}", row, as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check what this machine offers RMOS."""
    from rmos.local.doctor import checks

    rows = checks()
    show(rows, as_json, ("check", "ok", "detail"))
    if not all(row["ok"] for row in rows):
        raise typer.Exit(ERROR)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Jobs with expected.json beside them.")] = Path("examples/jobs"),
) -> None:
    """Start RMOS, run the example jobs, show their records, compare with what is expected, stop."""
    from rmos.local.demo import run_demo

    raise typer.Exit(asyncio.run(run_demo(folder, console)))


def main() -> None:
    app()


if __name__ == "__main__":
    main()
