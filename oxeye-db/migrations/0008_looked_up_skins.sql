-- The skins that Mojang names for accounts. Anybody can ask Mojang for them, so they belong to no guild.
CREATE TABLE looked_up_skins (
    uuid         BLOB    PRIMARY KEY CHECK (length(uuid) = 16),
    -- NULL if Mojang does not know the account, or the account has no skin that can be used.
    skin_id      BLOB    REFERENCES skins (id),
    looked_up_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX looked_up_skins_by_skin ON looked_up_skins (skin_id);
CREATE INDEX looked_up_skins_by_time ON looked_up_skins (looked_up_at);
