-- When a message of an alert was due, and the message as it was first sent, so that it is recognised in the channel
-- after a server was renamed.
ALTER TABLE alert_messages ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_messages ADD COLUMN body TEXT;
UPDATE alert_messages SET created_at = ifnull(tried_at, since);

-- Why Discord refuses the messages of an alert: its number of the error.
ALTER TABLE alerts ADD COLUMN blocked_code INTEGER;
-- So far, all refusals counted as a missing permission.
UPDATE alerts SET blocked_code = 50013 WHERE blocked_since IS NOT NULL;
