-- Whether anybody is linked to a name is asked for each name that may be forgotten.
CREATE INDEX linked_members_of_player ON linked_members (player_id);
