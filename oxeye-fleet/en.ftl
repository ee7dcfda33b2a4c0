# All sentences that people read on the command line of the fleet, in English. `de.ftl` has the same keys
# with the same arguments, which are listed in `src/text/sentences.rs`.

### Spans of time

span =
    { $unit ->
        [days] { $count } d
        [hours] { $count } h
        [minutes] { $count } min
       *[seconds] { $count } s
    }
ago =
    { $unit ->
        [days] { $count } d ago
        [hours] { $count } h ago
        [minutes] { $count } min ago
       *[seconds] { $count } s ago
    }

### `oxeye-fleet list`, `stop` and `drain`

servers_in_use =
    { $live } of { $max ->
        [one] { $max } server
       *[other] { $max } servers
    } in use, { $players ->
        [one] { $players } player
       *[other] { $players } players
    }
draining = { $servers }; draining: no new servers are started
warning_about_worker = WARNING: { $sentence }
warning_no_new_servers = WARNING: no new servers can be started: { $reason }

column_server = SERVER
column_state = STATE
column_url = URL
column_players = PLAYERS
column_age = AGE
column_ends_in = ENDS IN
column_cpu = CPU
column_memory = MEMORY

slot_state = { $state }

invalid_server = a server's id looks like auto-1762578000000
server_stops = { $server } is being stopped; `oxeye-fleet list` shows when it is gone.
drain_on = No new servers are started. Players who are on keep theirs; `oxeye-fleet drain --off` ends this.
drain_off = New servers are started again.

column_worker = WORKER
column_servers = SERVERS
worker_state = { $state }
worker_drain_on = No new servers are started on { $worker }. Players who are on keep theirs; `oxeye-fleet drain { $worker } --off` ends this.
worker_drain_off = New servers are started on { $worker } again.

### `oxeye-fleet worlds`

no_worlds = There are no worlds yet.
column_world = WORLD
column_size = SIZE
column_changed = CHANGED
column_used_by = USED BY

invalid_world = a world's name has letters, digits, - and _ only
file_exists = { $path } already exists
cannot_write = cannot write { $path }
download_broke_off = the download was interrupted
world_copied = { $world } was copied to { $path }.

yes_words = y yes
needs_yes = this cannot be undone; repeat it with --yes
ask_delete = Delete the world { $world }? This cannot be undone. (y/N)
nothing_deleted = Nothing was deleted.
world_deleted = { $world } was deleted.
world_bound = { $world } is now bound to the worker { $worker }. If it is not there yet, its player begins with an empty world.

### `oxeye-fleet check`

subject_folder = Folder
subject_command = Command
subject_engine = Engine
subject_worker = Worker
subject_address = Address
subject_certificate = Certificate
subject_fleet = Fleet
mark_fine = ok
mark_wrong = WRONG
things_wrong =
    { $count ->
        [one] { $count } thing is wrong
       *[other] { $count } things are wrong
    }

folder_missing = { $path } does not exist yet; `oxeye-fleet serve` makes it
folder_is_none = { $path } is not a folder
folder_not_writable = { $path } cannot be written to: { $reason }

command_not_set = FLEET_COMMAND is not set: the built-in tiny server is started
command_found = { $program } is { $path }
command_not_found = FLEET_COMMAND starts { $program }, which is not a program on this machine
worker_found = a worker listens at { $socket }
worker_state_is_bad =
    { $state ->
        [away] the worker { $worker } cannot be reached, and its servers wait
        [lost] the worker { $worker } is lost: it has been out of reach for too long
       *[draining] the worker { $worker } is drained: it gets no new servers until `oxeye-fleet drain { $worker } --off`
    }
worker_lacks_memory = the machine of the worker { $worker } has { $total } MB, and each server may use { $server } MB: set FLEET_DOCKER_MEMORY_MB lower there
worker_starts_fail = the last { $count } servers on the worker { $worker } did not become ready, so new players get theirs on other workers: see what they print, and whether the fleet reaches their ports (firewall, FLEET_WORKER_ADDRESS)
machine_lacks_memory = this machine has { $total } MB, and each server may use { $server } MB: set FLEET_DOCKER_MEMORY_MB lower
container_engine_found = it answers at { $socket }
container_engine_not_found = no container engine answers at { $socket } (FLEET_DOCKER_SOCKET): { $reason }
worker_not_found = no worker can be reached at { $socket } (FLEET_WORKERS): { $reason }; start one with `oxeye-fleet worker`
address_of_one_machine = the workers are on several machines, but FLEET_PUBLIC_ADDRESS leads players to one of them; name an address for each, such as home=play.example.org,attic=10.0.0.7
worker_not_named =
    { $worlds ->
        [one] { $worlds } world is
       *[other] { $worlds } worlds are
    } bound to the worker { $worker }, which FLEET_WORKERS does not name; their players get no server until a worker has these worlds, or this name, such as { $worker }=unix:/run/oxeye/fleet.sock

not_running = not running; start it with `oxeye-fleet serve`
worker_not_running = not running; start it with `oxeye-fleet worker`
port_in_use = port { $port } is in use, and { $reason }
running_at =
    { $what ->
        [demo] the demo is running at { $url }
       *[fleet] running at { $url }
    }
fleet_fine =
    { $running } with { $live } of { $max ->
        [one] { $max } server
       *[other] { $max } servers
    } in use
fleet_starts_none = { $running }, but no new servers can be started: { $reason }
fleet_crash = { $running }, but { $server } { $crash }; what servers print is in { $path }
fleet_crash_with_worker = { $running }, but { $server } { $crash }; what servers print is in the FLEET_DATA of the worker, or in the log of the container; once it is removed, the last lines are in crashes/NAME.log there
fleet_draining = { $running }, but being drained: no new servers are started until `oxeye-fleet drain --off`

### The running fleet

fleet_silent = the fleet at { $url } does not answer
fleet_not_found = no fleet answers at { $url }; start it with `oxeye-fleet serve`, or set FLEET_LISTEN as it is set there
token_refused = the fleet at { $url } does not accept the operator token found here; run this in its folder, or with its FLEET_DATA
token_missing = there is no operator token at { $path }; run this in the folder where the fleet runs, or with its FLEET_DATA (`oxeye-fleet serve` makes the token when it starts)
token_unusable = the token in { $path } is not usable (it is not shown here): a token of at least { $length } visible ASCII characters without blanks is expected; delete the file, and `oxeye-fleet serve` makes a new one
token_unreadable = the token in { $path } cannot be used: { $reason }
odd_status = the fleet answered { $status }
odd_answer = the fleet's answer could not be understood
answer_too_slow = the answer takes too long
answer_broke_off = the connection broke in the middle of the answer

### Why `oxeye-fleet serve` does not start, or ends

account_unusable = cannot use { $path } of the service account (FLEET_AGONES_ACCOUNT): { $reason }
template_unusable = cannot use { $path } (FLEET_AGONES_TEMPLATE): { $reason }
api_unusable = cannot use the cluster (FLEET_AGONES_API): { $reason }
worker_not_linux = workers need Linux
no_socket = cannot listen at { $place } (FLEET_WORKER_LISTEN)
no_certificate = cannot use the certificate of the worker: { $reason }
certificate_expired = { $path } has expired, so every fleet refuses it: make a new one, and change FLEET_WORKERS with it
certificate_not_yet = { $path } is not valid yet, so every fleet refuses it: see whether the clock is right
no_signals = cannot listen for signals
no_demo_folder = cannot make the folder of the demo
no_folder = cannot make { $path }
no_listener = cannot listen on { $address } ({ $setting })
folder_in_use = another oxeye-fleet uses the data folder
folder_unusable = cannot use the data folder: { $reason }
not_linux = the engine `process` needs Linux
no_program_path = cannot find this program
fleet_ended = the fleet has stopped working; the log says where

### What the fleet says in English, mostly over HTTP, word for word: it is translated by looking it up here

said_engine_away = the engine cannot be reached
said_store_not_writable = the store cannot be written
said_disk_not_writable = The fleet cannot write to its disk
said_no_port = No port is free for a new server
said_starting = the fleet is starting and does not know its servers yet
said_internal = something went wrong; the log says what
said_no_server = there is no such server
said_no_world = there is no such world
said_worlds_with_worker = a world on a worker cannot be copied or deleted from here: it is in the FLEET_DATA of that worker, or in a volume of its engine
said_no_worker = there is no such worker
said_worker_lost = its worker is lost
said_world_in_use = the world { $world } is in use by { $server }
said_crashed = has crashed and is started again
said_crashed_empty = has crashed while nobody was on
said_exited_early = has exited before it was ready
said_given_up = is given up
said_crashes = crashes again and again
said_not_ready = did not become ready in time
said_no_free_port = no port is free
said_waits_for_room = waits until its worker has room
said_all_ports_taken = other programs use all ports that were tried
said_cannot_start = cannot start { $program }
said_no_file = no such file
said_not_executable = it is not executable
said_cannot_use_world = cannot use the world { $world }
said_is_link = it is a symbolic link
said_cannot_use_a_world = cannot use a world
said_cannot_make_world = cannot make a world
said_cannot_lock_worlds = cannot lock the worlds
said_cannot_keep_record = cannot keep a record of a server
said_cannot_write_output = cannot write the output of { $world }
said_cannot_write_any_output = cannot write the output of a server
said_foreign_folder = { $path } belongs to somebody else, or is open to others
said_no_proc = cannot read /proc
said_not_worker_port = the worker's ports are { $ports }, not { $port }
said_worker_ports_differ = SERVER_PORT_START and MAX_SERVERS should be the same for the fleet and the worker
said_worker_full = the worker has no room for another server (MAX_SERVERS is { $most })
said_worker_too_many = the worker creates no more servers this minute (FLEET_WORKER_CREATIONS_PER_MINUTE is { $most })
said_worker_keeps_worlds = the worker keeps worlds (FLEET_WORLDS)
said_engine_names_no_worlds = the engine does not say which worlds it has
said_worker_most_worlds = the worker keeps no more worlds (FLEET_WORKER_MAX_WORLDS is { $most })
said_other_certificate = its certificate has the SHA-256 { $fingerprint }, which is not the one in FLEET_WORKERS
said_certificate_expired = its certificate has expired, and the worker needs a new one
said_certificate_not_yet = its certificate is not valid yet, so one of the clocks is wrong
said_worker_unusable = the worker { $worker } cannot be used
said_worker_engine_away = its engine cannot be reached
said_worker_list_late = it does not say in time what it has
said_worker_gone = it is not in FLEET_WORKERS any more
said_wrong_secret = the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)
said_epoch_ahead = the fleet's epoch { $epoch } is more than ten minutes ahead of the worker's clock
said_set_clocks = set both clocks, then delete the file epoch of the fleet
said_worker_disk = the worker cannot write to its disk
said_connection_closed = the connection was closed
said_connection_broke = the connection broke
said_path_too_long = the path has more than { $bytes } bytes
said_worker_unknown_call = the worker does not understand this call
said_cannot_speak_to_engine = cannot talk to the container engine
said_cannot_see_container = cannot inspect a container
said_cannot_list_containers = cannot list containers
said_cannot_see_image = cannot inspect the image
said_cannot_see_network = cannot inspect the network
said_cannot_see_volume = cannot inspect a volume
said_cannot_make_container = the container engine cannot make a container
said_cannot_replace_container = the container engine cannot replace a container
said_cannot_remove_container = the container engine cannot remove a container
said_cannot_start_server = the container engine cannot start a server
said_engine_disk_full = the disk of the container engine is full
said_cannot_make_network = the container engine cannot make a network
said_cannot_make_volume = the container engine cannot make a volume
said_cannot_delete_world = the container engine cannot delete a world
said_cannot_stop_server = cannot stop a server
said_cannot_kill_server = cannot kill a server
said_pull_image = pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE
said_make_network = make it with `docker network create` or `podman network create`, or leave FLEET_DOCKER_NETWORK empty
said_name_network = remove it, or name a network with FLEET_DOCKER_NETWORK
said_rename_container = remove or rename it
said_something_else_there = something else is there
said_another_worker = another worker listens there
said_it_answered = it answered
said_it_is_silent = it does not answer
said_no_worker_there = what answers there is not a worker
said_update_both = update both programs
said_no_image = the image { $image } is not on the machine of the container engine
said_no_network = there is no network { $network }
said_foreign_network = the network { $network } does not belong to this fleet
said_foreign_volume = the volume { $volume } does not belong to this fleet and is left alone
said_foreign_container = the container { $container } does not belong to this fleet and is left alone
said_foreign_claim = the claim { $claim } of the world { $world } belongs to somebody else
said_cluster_answered = the cluster answered { $status }
said_cannot_read = cannot read { $path }
said_other_protocol = the worker speaks version { $own } of the protocol, not { $other }
said_later_fleet = a fleet that was started later gives the orders here (epoch { $epoch })
said_there_is_no = there is no { $server }
said_still_runs = { $server } still runs
