-- An address that has never answered may be wrong, so its silence is no outage. Earlier versions kept it as one.
UPDATE server_states SET state = 'unknown'
WHERE state = 'down' AND known_by = 'probe' AND EXISTS (
    SELECT 1 FROM watched_addresses AS watched
    WHERE watched.server_id = server_states.server_id
      AND watched.answered_at IS NULL AND server_states.from_at >= watched.added_at
);

-- No two in a row have the same state.
DELETE FROM server_states
WHERE state = 'unknown' AND 'unknown' = (
    SELECT earlier.state FROM server_states AS earlier
    WHERE earlier.server_id = server_states.server_id AND earlier.from_at < server_states.from_at
    ORDER BY earlier.from_at DESC LIMIT 1
);

-- A server that was disconnected before its first word got a period from the beginning of time.
DELETE FROM server_states WHERE from_at < 0;
