-- A texture hash may hold a timestamp, so that each login brings a new one: what is not used any
-- more has to go. A texture from before this was used at least when its skin came.
ALTER TABLE skin_textures ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;

UPDATE skin_textures
SET used_at = (SELECT created_at FROM skins WHERE skins.id = skin_textures.skin_id);

CREATE INDEX skin_textures_by_use ON skin_textures (server_id, used_at);
CREATE INDEX skin_textures_of_skin ON skin_textures (skin_id);

-- From here on a skin goes with the last texture that leads to it.
DELETE FROM skins WHERE id NOT IN (SELECT skin_id FROM skin_textures);
