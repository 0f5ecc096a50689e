"""What does scripting do with a planned toolpath? Passes a job without scripts on; refuses what it cannot confine."""

from __future__ import annotations

from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.contracts.events import ScriptApplied, ToolpathPlanned


async def on_planned(event: ToolpathPlanned) -> Outcome:
    scripts = event.assessed.job.scripts
    if scripts:
        reason = "this version has no script sandbox, and a script never runs outside one: submit the job without scripts"
        raise Rejected("no_sandbox", reason, "/scripts/0")
    return Outcome(events=(ScriptApplied(job_id=event.job_id, planned=event, toolpath=event.toolpath, changed=False),))
