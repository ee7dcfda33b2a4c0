-- Whether the game server itself runs, since when, and the latest time about which a report said so.
ALTER TABLE servers ADD COLUMN game_state TEXT CHECK (game_state IN ('up', 'starting', 'down'));
ALTER TABLE servers ADD COLUMN game_since INTEGER;
ALTER TABLE servers ADD COLUMN game_known_at INTEGER;
