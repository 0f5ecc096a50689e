"""What was refused, why, and how is it tried again? Reads the dead-letter stream."""

from __future__ import annotations

from typing import Any

import nats
from nats.js.errors import NotFoundError
from rmos.contracts.events import DEAD_STREAM, STREAM

_CARRIED = ("ce-id", "ce-type", "ce-source", "ce-subject", "ce-time", "ce-specversion", "content-type", "traceparent")


async def list_dead(nats_url: str) -> list[dict[str, Any]]:
    client = await nats.connect(nats_url)
    try:
        js = client.jetstream()
        state = (await js.stream_info(DEAD_STREAM)).state
        found = []
        for seq in range(max(1, state.first_seq), state.last_seq + 1):
            try:
                found.append(_row(await js.get_msg(DEAD_STREAM, seq=seq)))
            except NotFoundError:
                continue
        return found
    finally:
        await client.close()


async def show_dead(nats_url: str, seq: int) -> dict[str, Any] | None:
    client = await nats.connect(nats_url)
    try:
        message = await client.jetstream().get_msg(DEAD_STREAM, seq=seq)
        return {**_row(message), "body": (message.data or b"").decode("utf-8", "backslashreplace")}
    except NotFoundError:
        return None
    finally:
        await client.close()


async def replay_dead(nats_url: str, seq: int) -> dict[str, Any] | None:
    """Publish the original message again under a new event id, so that no inbox takes it for a duplicate."""
    client = await nats.connect(nats_url)
    try:
        js = client.jetstream()
        message = await js.get_msg(DEAD_STREAM, seq=seq)
        row = _row(message)
        headers = {k: v for k, v in (message.headers or {}).items() if k in _CARRIED}
        headers |= {"Nats-Msg-Id": f"replay-{seq}-{row['event_id']}", "ce-id": f"replay-{seq}-{row['event_id']}"}
        headers["ce-type"] = row["subject"]
        await js.publish(row["subject"], message.data or b"", stream=STREAM, headers=headers)
        return row
    except NotFoundError:
        return None
    finally:
        await client.close()


def _row(message: Any) -> dict[str, Any]:
    h = message.headers or {}
    names = ("service", "code", "reason", "pointer", "event", "subject")
    row = {name: h.get(f"Rmos-Dead-{name.title()}", "") for name in names}
    row["event_id"] = row.pop("event")
    return {"seq": message.seq, **row, "bytes": len(message.data or b"")}
