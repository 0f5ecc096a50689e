"""Which documents follow from the code? JSON Schema per event and one AsyncAPI document. `--check` fails on drift."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rmos.contracts.events import CONSUMERS, EVENTS

FOLDER = Path(__file__).parent / "events"


def asyncapi() -> dict[str, Any]:
    channels, operations, messages = {}, {}, {}
    for event in EVENTS:
        name = event.__name__
        messages[name] = {
            "name": event.subject, "contentType": "application/json", "summary": (event.__doc__ or "").strip(),
            "payload": {"$ref": f"./{event.subject}.schema.json"},
        }  # fmt: skip
        channels[name] = {"address": event.subject, "messages": {name: {"$ref": f"#/components/messages/{name}"}}}
    for service, events in CONSUMERS.items():
        for event in events:
            operations[f"{service}Receives{event.__name__}"] = {
                "action": "receive", "channel": {"$ref": f"#/channels/{event.__name__}"},
            }  # fmt: skip
    info = {
        "title": "RMOS events",
        "version": "1.0.0",
        "description": "CloudEvents 1.0 over NATS JetStream, binary mode.",
    }
    return {"asyncapi": "3.0.0", "info": info, "channels": channels, "operations": operations,
            "components": {"messages": messages}}  # fmt: skip


def documents() -> dict[Path, str]:
    made: dict[str, Any] = {f"{e.subject}.schema.json": e.model_json_schema() for e in EVENTS}
    made["asyncapi.json"] = asyncapi()
    return {FOLDER / name: json.dumps(data, indent=1) + "\n" for name, data in made.items()}


def main() -> int:
    stale = [p for p, text in documents().items() if not p.exists() or p.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} is not current: run `make generate`")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
