"""Reads what a player did as programs for the original design read it: with the `redis` package, json.loads and
datetime.fromisoformat. Prints all of it as JSON.

Usage: read_activity.py PORT PLAYER DATE
"""

import json
import sys
from datetime import datetime

import redis


def as_time(text):
    time = datetime.fromisoformat(text)
    # Only what Python itself writes for a naive time can be read by every version of Python.
    assert time.tzinfo is None and time.isoformat() == text, text
    return time


def record(client, key):
    text = client.get(key)
    return None if text is None else json.loads(text)


def main(port, player, date):
    client = redis.Redis(host="127.0.0.1", port=int(port), decode_responses=True, socket_timeout=20)
    session = record(client, f"activity:session:{player}")
    summary = record(client, f"activity:summary:{player}")
    daily = record(client, f"activity:daily:{player}:{date}")
    events = [json.loads(line) for line in client.lrange(f"activity:events:{player}", 0, 49)]

    if session is not None:
        assert as_time(session["login_at"]) <= as_time(session["last_activity_at"])
    as_time(summary["last_updated"])
    times = [as_time(event["timestamp"]) for event in events]
    assert times == sorted(times, reverse=True), times
    assert daily["date"] == date

    # By default the package wraps a pipeline in MULTI and EXEC.
    pipeline = client.pipeline()
    pipeline.get(f"activity:summary:{player}")
    pipeline.smembers("activity:online_players")
    summary_again, online_again = pipeline.execute()
    assert json.loads(summary_again).keys() == summary.keys()
    assert online_again == client.smembers("activity:online_players")

    kinds = ("session", "events", "summary")
    print(json.dumps({
        "session": session,
        "summary": summary,
        "daily": daily,
        "events": events,
        "online": sorted(client.smembers("activity:online_players")),
        "is_online": bool(client.sismember("activity:online_players", player)),
        "ttl": {kind: client.ttl(f"activity:{kind}:{player}") for kind in kinds},
        "daily_ttl": client.ttl(f"activity:daily:{player}:{date}"),
        "keys": sorted(client.scan_iter(f"activity:*:{player}*")),
    }))


main(*sys.argv[1:])
