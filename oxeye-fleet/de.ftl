# Alle Sätze, die Menschen auf der Befehlszeile der Flotte lesen, auf Deutsch. `en.ftl` hat dieselben
# Schlüssel mit denselben Argumenten, die in `src/text/sentences.rs` aufgezählt sind.

### Zeiträume

span =
    { $unit ->
        [days] { $count ->
            [one] { $count } Tag
           *[other] { $count } Tage
        }
        [hours] { $count } Std.
        [minutes] { $count } Min.
       *[seconds] { $count } Sek.
    }
# Nach „vor“ steht der Dativ.
ago =
    { $unit ->
        [days] { $count ->
            [one] vor { $count } Tag
           *[other] vor { $count } Tagen
        }
        [hours] vor { $count } Std.
        [minutes] vor { $count } Min.
       *[seconds] vor { $count } Sek.
    }

### `oxeye-fleet list`, `stop` und `drain`

servers_in_use =
    { $live } von { $max ->
        [one] { $max } Server
       *[other] { $max } Servern
    } belegt, { $players } Spieler
draining = { $servers }; die Flotte wird geleert: es werden keine neuen Server gestartet
warning_about_worker = WARNUNG: { $sentence }
warning_no_new_servers = WARNUNG: es können keine neuen Server gestartet werden: { $reason }

column_server = SERVER
column_state = ZUSTAND
column_url = URL
column_players = SPIELER
column_age = ALTER
column_ends_in = ENDET IN
column_cpu = CPU
column_memory = SPEICHER

slot_state =
    { $state ->
        [starting] startet
        [running] läuft
        [idle] leer
        [stopping] wird gestoppt
        [stopped] gestoppt
        [failed] fehlgeschlagen
        [deleting] wird gelöscht
       *[other] { $state }
    }

invalid_server = die ID eines Servers sieht aus wie auto-1762578000000
server_stops = { $server } wird gestoppt; `oxeye-fleet list` zeigt, wann der Server weg ist.
drain_on = Es werden keine neuen Server gestartet. Wer gerade spielt, behält seinen Server; `oxeye-fleet drain --off` hebt das wieder auf.
drain_off = Es werden wieder neue Server gestartet.

column_worker = WORKER
column_servers = SERVER
worker_state =
    { $state ->
        [working] in Betrieb
        [draining] bekommt keine neuen Server
        [away] nicht erreichbar
        [lost] ausgefallen
       *[other] { $state }
    }
worker_drain_on = Auf { $worker } werden keine neuen Server gestartet. Wer gerade spielt, behält seinen Server; `oxeye-fleet drain { $worker } --off` hebt das wieder auf.
worker_drain_off = Auf { $worker } werden wieder neue Server gestartet.

### `oxeye-fleet worlds`

no_worlds = Es gibt noch keine Welten.
column_world = WELT
column_size = GRÖSSE
column_changed = GEÄNDERT
column_used_by = BENUTZT VON

invalid_world = der Name einer Welt besteht nur aus Buchstaben ohne Umlaute, Ziffern, - und _
file_exists = { $path } gibt es schon
cannot_write = { $path } lässt sich nicht schreiben
download_broke_off = die Übertragung ist abgebrochen
world_copied = { $world } ist nach { $path } kopiert.

yes_words = j ja y yes
needs_yes = das lässt sich nicht rückgängig machen; wiederhole den Befehl mit --yes, wenn du es wirklich willst
ask_delete = Die Welt { $world } löschen? Das lässt sich nicht rückgängig machen. (j/N)
nothing_deleted = Es wurde nichts gelöscht.
world_deleted = { $world } ist gelöscht.
world_bound = { $world } gehört jetzt zum Worker { $worker }. Wenn sie dort noch nicht liegt, beginnt ihr Spieler mit einer leeren Welt.

### `oxeye-fleet check`

subject_folder = Ordner
subject_command = Befehl
subject_engine = Engine
subject_worker = Worker
subject_address = Adresse
subject_certificate = Zertifikat
subject_fleet = Flotte
mark_fine = ok
mark_wrong = FEHLER
things_wrong =
    { $count ->
        [one] eine Sache stimmt nicht, siehe oben
       *[other] { $count } Dinge stimmen nicht, siehe oben
    }

folder_missing = { $path } gibt es noch nicht; `oxeye-fleet serve` legt ihn an
folder_is_none = { $path } ist kein Ordner
folder_not_writable = in { $path } lässt sich nichts schreiben: { $reason }

command_not_set = FLEET_COMMAND ist nicht gesetzt: gestartet wird der eingebaute winzige Server
command_found = { $program } ist { $path }
command_not_found = FLEET_COMMAND startet { $program }, aber ein solches Programm gibt es auf diesem Rechner nicht
worker_found = unter { $socket } ist ein Worker erreichbar
worker_state_is_bad =
    { $state ->
        [away] der Worker { $worker } ist nicht erreichbar, und seine Server warten
        [lost] der Worker { $worker } gilt als ausgefallen: er ist schon zu lange nicht erreichbar
       *[draining] der Worker { $worker } wird geleert: er bekommt keine neuen Server, bis `oxeye-fleet drain { $worker } --off` das wieder aufhebt
    }
worker_lacks_memory = der Rechner des Workers { $worker } hat { $total } MB, und jeder Server darf { $server } MB benutzen: setze dort FLEET_DOCKER_MEMORY_MB herunter
worker_starts_fail = die letzten { $count } Server auf dem Worker { $worker } wurden nicht bereit, darum bekommen neue Spieler ihre auf anderen Workern: sieh nach, was sie ausgeben und ob die Flotte ihre Ports erreicht (Firewall, FLEET_WORKER_ADDRESS)
machine_lacks_memory = dieser Rechner hat { $total } MB, und jeder Server darf { $server } MB benutzen: setze FLEET_DOCKER_MEMORY_MB herunter
container_engine_found = sie ist unter { $socket } erreichbar
container_engine_not_found = unter { $socket } (FLEET_DOCKER_SOCKET) ist keine Container-Engine erreichbar: { $reason }
worker_not_found = unter { $socket } (FLEET_WORKERS) ist kein Worker erreichbar: { $reason }; starte einen mit `oxeye-fleet worker`
address_of_one_machine = die Worker laufen auf mehreren Rechnern, aber FLEET_PUBLIC_ADDRESS führt die Spieler nur zu einem davon; gib für jeden eine eigene an, etwa home=play.example.org,attic=10.0.0.7
worker_not_named =
    { $worlds ->
        [one] { $worlds } Welt gehört
       *[other] { $worlds } Welten gehören
    } zum Worker { $worker }, den FLEET_WORKERS nicht nennt; ihre Spieler bekommen keinen Server, bis ein Worker diese Welten hat oder so heißt, etwa { $worker }=unix:/run/oxeye/fleet.sock

not_running = läuft nicht; starte sie mit `oxeye-fleet serve`
worker_not_running = läuft nicht; starte ihn mit `oxeye-fleet worker`
port_in_use = Port { $port } ist belegt, und { $reason }
running_at =
    { $what ->
        [demo] unter { $url } läuft die Demo
       *[fleet] läuft unter { $url }
    }
fleet_fine =
    { $running }; { $live } von { $max ->
        [one] { $max } Server
       *[other] { $max } Servern
    } belegt
fleet_starts_none = { $running }, aber es können keine neuen Server gestartet werden: { $reason }
fleet_crash = { $running }, aber { $server } { $crash }; was die Server ausgeben, steht in { $path }
fleet_crash_with_worker = { $running }, aber { $server } { $crash }; was die Server ausgeben, steht im FLEET_DATA des Workers oder im Log des Containers; sobald er entfernt ist, stehen die letzten Zeilen dort in crashes/NAME.log
fleet_draining = { $running }, aber sie wird geleert: es werden keine neuen Server gestartet, bis `oxeye-fleet drain --off` das wieder aufhebt

### Die laufende Flotte

fleet_silent = die Flotte unter { $url } antwortet nicht
fleet_not_found = unter { $url } antwortet keine Flotte; starte sie mit `oxeye-fleet serve` oder setze FLEET_LISTEN so, wie es dort gesetzt ist
token_refused = die Flotte unter { $url } akzeptiert das Betreiber-Token nicht, das hier liegt; führe den Befehl in ihrem Ordner aus oder mit ihrem FLEET_DATA
token_missing = unter { $path } gibt es kein Betreiber-Token; führe den Befehl in dem Ordner aus, in dem die Flotte läuft, oder mit deren FLEET_DATA (`oxeye-fleet serve` legt das Token beim Start an)
token_unusable = das Token in { $path } ist nicht verwendbar (es wird hier nicht gezeigt): erwartet werden mindestens { $length } sichtbare ASCII-Zeichen ohne Leerzeichen; lösche die Datei, dann legt `oxeye-fleet serve` ein neues an
token_unreadable = das Token in { $path } lässt sich nicht verwenden: { $reason }
odd_status = die Flotte hat mit { $status } geantwortet
odd_answer = die Antwort der Flotte ist unverständlich
answer_too_slow = die Antwort dauert zu lange
answer_broke_off = die Verbindung ist mitten in der Antwort abgebrochen

### Warum `oxeye-fleet serve` nicht startet oder endet

account_unusable = { $path } des Dienstkontos lässt sich nicht verwenden (FLEET_AGONES_ACCOUNT): { $reason }
template_unusable = { $path } lässt sich nicht verwenden (FLEET_AGONES_TEMPLATE): { $reason }
api_unusable = der Cluster lässt sich nicht verwenden (FLEET_AGONES_API): { $reason }
worker_not_linux = Worker gibt es nur unter Linux
no_socket = unter { $place } kann der Worker keine Verbindungen annehmen (FLEET_WORKER_LISTEN)
no_certificate = das Zertifikat des Workers lässt sich nicht verwenden: { $reason }
certificate_expired = { $path } ist abgelaufen, darum lehnt jede Flotte es ab: stelle ein neues aus und ändere FLEET_WORKERS mit
certificate_not_yet = { $path } gilt noch nicht, darum lehnt jede Flotte es ab: sieh nach, ob die Uhr richtig geht
no_signals = Signale lassen sich nicht empfangen
no_demo_folder = der Ordner der Demo lässt sich nicht anlegen
no_folder = { $path } lässt sich nicht anlegen
no_listener = auf { $address } ({ $setting }) lassen sich keine Verbindungen annehmen
folder_in_use = ein anderes oxeye-fleet benutzt den Datenordner
folder_unusable = der Datenordner lässt sich nicht benutzen: { $reason }
not_linux = die Engine `process` gibt es nur unter Linux
no_program_path = der Pfad dieses Programms ist unbekannt
fleet_ended = die Flotte arbeitet nicht mehr; im Log steht, an welcher Stelle sie abgebrochen ist

### Was die Flotte auf Englisch sagt, meist über HTTP: es wird hier nachgeschlagen

said_engine_away = die Engine ist nicht erreichbar
said_store_not_writable = in die Datenbank lässt sich nicht schreiben
said_disk_not_writable = die Flotte kann nicht auf ihre Platte schreiben
said_no_port = für einen neuen Server ist kein Port frei
said_starting = die Flotte startet gerade und kennt ihre Server noch nicht
said_internal = etwas ist schiefgegangen; im Log steht, was
said_no_server = einen solchen Server gibt es nicht
said_no_world = eine solche Welt gibt es nicht
said_worlds_with_worker = eine Welt auf einem Worker lässt sich von hier aus weder kopieren noch löschen: sie liegt im FLEET_DATA dieses Workers oder in einem Volume seiner Engine
said_no_worker = einen solchen Worker gibt es nicht
said_worker_lost = sein Worker gilt als ausgefallen
said_world_in_use = die Welt { $world } wird von { $server } benutzt
said_crashed = ist abgestürzt und wird wieder gestartet
said_crashed_empty = ist abgestürzt, während niemand da war
said_exited_early = hat sich beendet, bevor er bereit war
said_given_up = wurde aufgegeben
said_crashes = stürzt immer wieder ab
said_not_ready = wurde nicht rechtzeitig bereit
said_no_free_port = es ist kein Port frei
said_waits_for_room = wartet, bis sein Worker Platz hat
said_all_ports_taken = alle versuchten Ports gehören anderen Programmen
said_cannot_start = { $program } lässt sich nicht starten
said_no_file = die Datei gibt es nicht
said_not_executable = die Datei ist nicht ausführbar
said_cannot_use_world = die Welt { $world } lässt sich nicht benutzen
said_is_link = sie ist ein symbolischer Link
said_cannot_use_a_world = eine Welt lässt sich nicht benutzen
said_cannot_make_world = eine Welt lässt sich nicht anlegen
said_cannot_lock_worlds = die Welten lassen sich nicht sperren
said_cannot_keep_record = die Daten zu einem Server lassen sich nicht speichern
said_cannot_write_output = die Ausgabe von { $world } lässt sich nicht schreiben
said_cannot_write_any_output = die Ausgabe eines Servers lässt sich nicht schreiben
said_foreign_folder = { $path } gehört jemand anderem oder ist für andere offen
said_no_proc = /proc lässt sich nicht lesen
said_not_worker_port = der Worker hat die Ports { $ports }, nicht { $port }
said_worker_ports_differ = SERVER_PORT_START und MAX_SERVERS sollten bei Flotte und Worker gleich sein
said_worker_full = der Worker hat keinen Platz für einen weiteren Server (MAX_SERVERS ist { $most })
said_worker_too_many = der Worker legt in dieser Minute keine weiteren Server an (FLEET_WORKER_CREATIONS_PER_MINUTE ist { $most })
said_worker_keeps_worlds = der Worker löscht keine Welten (FLEET_WORLDS)
said_engine_names_no_worlds = die Engine sagt nicht, welche Welten sie hat
said_worker_most_worlds = der Worker bewahrt keine weiteren Welten auf (FLEET_WORKER_MAX_WORLDS ist { $most })
said_other_certificate = sein Zertifikat hat den SHA-256-Fingerabdruck { $fingerprint }, und in FLEET_WORKERS steht ein anderer
said_certificate_expired = sein Zertifikat ist abgelaufen, und der Worker braucht ein neues
said_certificate_not_yet = sein Zertifikat gilt noch nicht, also geht eine der Uhren falsch
said_worker_unusable = der Worker { $worker } lässt sich nicht verwenden
said_worker_engine_away = seine Engine ist nicht erreichbar
said_worker_list_late = er sagt nicht rechtzeitig, was er hat
said_worker_gone = er steht nicht mehr in FLEET_WORKERS
said_wrong_secret = das Secret ist falsch (FLEET_WORKER_SECRET, oder FLEET_WORKER_SECRETS bei der Flotte)
said_epoch_ahead = die Epoche { $epoch } der Flotte ist der Uhr des Workers um mehr als zehn Minuten voraus
said_set_clocks = stelle beide Uhren richtig und lösche dann die Datei epoch der Flotte
said_worker_disk = der Worker kann nicht auf seine Platte schreiben
said_connection_closed = die Verbindung wurde geschlossen
said_connection_broke = die Verbindung ist abgebrochen
said_path_too_long = der Pfad ist länger als { $bytes } Bytes
said_worker_unknown_call = der Worker versteht diesen Aufruf nicht
said_cannot_speak_to_engine = die Container-Engine ist nicht ansprechbar
said_cannot_see_container = ein Container lässt sich nicht abfragen
said_cannot_list_containers = die Container lassen sich nicht auflisten
said_cannot_see_image = das Image lässt sich nicht abfragen
said_cannot_see_network = das Netzwerk lässt sich nicht abfragen
said_cannot_see_volume = ein Volume lässt sich nicht abfragen
said_cannot_make_container = die Container-Engine kann keinen Container anlegen
said_cannot_replace_container = die Container-Engine kann einen Container nicht ersetzen
said_cannot_remove_container = die Container-Engine kann einen Container nicht löschen
said_cannot_start_server = die Container-Engine kann einen Server nicht starten
said_engine_disk_full = die Platte der Container-Engine ist voll
said_cannot_make_network = die Container-Engine kann kein Netzwerk anlegen
said_cannot_make_volume = die Container-Engine kann kein Volume anlegen
said_cannot_delete_world = die Container-Engine kann eine Welt nicht löschen
said_cannot_stop_server = ein Server lässt sich nicht stoppen
said_cannot_kill_server = ein Server lässt sich nicht beenden
said_pull_image = hole es mit `docker pull` oder `podman pull`, oder korrigiere FLEET_DOCKER_IMAGE
said_make_network = lege es mit `docker network create` oder `podman network create` an, oder lass FLEET_DOCKER_NETWORK leer
said_name_network = lösche es oder gib mit FLEET_DOCKER_NETWORK ein anderes an
said_rename_container = lösche ihn oder benenne ihn um
said_something_else_there = dort liegt etwas anderes
said_another_worker = dort ist schon ein anderer Worker erreichbar
said_it_answered = er hat geantwortet
said_it_is_silent = er antwortet nicht
said_no_worker_there = was dort antwortet, ist kein Worker
said_update_both = aktualisiere beide Programme
said_no_image = das Image { $image } ist nicht auf dem Rechner der Container-Engine
said_no_network = ein Netzwerk { $network } gibt es nicht
said_foreign_network = das Netzwerk { $network } gehört nicht zu dieser Flotte
said_foreign_volume = das Volume { $volume } gehört nicht zu dieser Flotte und wird nicht angefasst
said_foreign_container = der Container { $container } gehört nicht zu dieser Flotte und wird nicht angefasst
said_foreign_claim = der Claim { $claim } der Welt { $world } gehört jemand anderem
said_cluster_answered = der Cluster hat mit { $status } geantwortet
said_cannot_read = { $path } lässt sich nicht lesen
said_other_protocol = der Worker spricht Version { $own } des Protokolls, nicht { $other }
said_later_fleet = hier gibt eine später gestartete Flotte die Anweisungen (Epoche { $epoch })
said_there_is_no = { $server } gibt es nicht
said_still_runs = { $server } läuft noch
