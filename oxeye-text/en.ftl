# Every sentence that people read, in English. `de.ftl` has the same keys with the same arguments;
# `src/sentences/` says which arguments those are.

### How long, and lists

# `2h`, where it stands alone.
duration =
    { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }

# The same after "for" and before "ago"; other languages inflect it there.
duration_inflected =
    { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }

list_end = { $first } and { $last }
and_more = ...and { $count } more

### The state of a server

state_online = online
state_quiet = quiet
state_stale = stale
state_awaiting_sync = waiting for the server to report
state_disconnected = disconnected

meaning_quiet = the Minecraft server has stopped reporting
meaning_awaiting_sync = it has not sent its player list since Oxeye started
meaning_disconnected = no longer linked

players_online =
    { $count ->
        [0] nobody online
        [one] { $count } player online
       *[other] { $count } players online
    }
players_last_known =
    { $count ->
        [one] { $count } player last known
       *[other] { $count } players last known
    }
names_not_reported = the server has not said who

# Discord shows $moment as "5 minutes ago".
last_heard = last heard from { $moment }
no_word_for = no word for { $duration }
nobody_shown = { $silence } - nobody is shown as online

### Who is on a server

roster_heading = Online:
roster_heading_quiet = Online (last known, no word since):
roster_heading_awaiting_sync = Online (last known, until the server reports):
last_seen_heading =
    Last seen (within { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }):
# One of several servers on the command line.
server_of_guild = { $server } (guild { $guild })
player_online = { $player } (for { $duration })
player_offline = { $player } ({ $duration } ago)

# What the picture shows, for people who do not see it.
picture_of_nobody = Nobody is online on { $server }
picture_of_online =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    } online on { $server }: { $players }
picture_of_last_known =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    } last known on { $server }: { $players }

### All servers of a guild

overview_title = Minecraft servers
overview_online =
    { $players ->
        [one] { $players } player
       *[other] { $players } different players
    } online on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    }
overview_nameless =
    { $count ->
        [one] plus { $count } whose name is not known
       *[other] plus { $count } whose names are not known
    }
# In a menu, after the name of the server.
choice_online = { $count } online

### Messages and buttons in Discord

updated = updated { $moment }

button_refresh = Refresh
button_disconnect = Disconnect
button_keep = Keep it
menu_open = Open a server
menu_open_some = Open a server (others: /oxeye status)

### Linking a server in Discord

link_code =
    Link code for **{ $server }**: `{ $code }`
    Type this on the Minecraft server, in the game as an operator or in its console:
    ```
    /oxeye connect { $code }
    ```
    It works once and expires { $expires }. Anyone who has it can report as this server, so keep it to yourself.
how_to_link =
    No Minecraft server is linked here yet.
    1. Put the Oxeye mod on the Minecraft server.
    2. Here, someone with the **Manage Server** permission runs `/oxeye connect` with a name for the server and gets a link code.
    3. On the Minecraft server, an operator types `/oxeye connect CODE`.
    Then `/oxeye status` shows who is online.
ask_disconnect = Disconnect **{ $server }**? Its key stops working at once. Players who were on it stay visible until they age out, and linking the same name again continues the same server.
is_disconnected = **{ $server }** is disconnected. `/oxeye connect` links it again.
is_kept = Nothing was changed.
is_renamed = **{ $server }** is called **{ $name }** now. Its key and its history are as they were.

name_taken = A server called **{ $server }** is already linked here. Choose another name, or disconnect that one first with `/oxeye disconnect`.
name_in_use = Another server here is called **{ $server }**, linked or not. Choose another name, or rename that one first.
name_too_long = A server name has at most { $limit } characters, but this one has more.
name_nothing_visible = A server name needs at least one visible character.
name_invisible = A server name must not contain line breaks, control characters or invisible characters.
unknown_server = No server called **{ $typed }** is linked here. `/oxeye list` shows those that are.
server_gone = That server is not linked here any more. `/oxeye list` shows those that are.

### What can go wrong in Discord

guild_only = This works only in a Discord server.
old_button = This button is from another version. Run the command again.
needs_manage_server = You need the **Manage Server** permission for that.
command_needs_manage_server = You need the **Manage Server** permission for `/{ $command }`.
just_refreshed = That was refreshed a moment ago. Try again in a few seconds.
old_command = This command is out of date. Try again in a minute.
our_fault = Sorry, something went wrong on our side. If it keeps happening, give this reference to the people who run this bot: `{ $reference }`.

### What Discord shows beside our commands and their options

about_oxeye = Who is on the Minecraft servers of this community.
about_status = Who is on a Minecraft server, and who was there lately.
about_status_server = Which server; without it, the only one or all of them
about_list = The Minecraft servers linked here, and how many play on each.
about_connect = Link a Minecraft server to this community (needs Manage Server).
about_connect_name = What to call the server here
about_disconnect = Unlink a Minecraft server from this community (needs Manage Server).
about_rename = Give a Minecraft server another name here (needs Manage Server).
about_rename_name = What to call it from now on
about_server = Which server
