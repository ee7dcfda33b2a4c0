//! Tests with a real podman. Where none can be had, they say loudly that they did not run.
//!
//! | module     | subject                                                                    |
//! |------------|----------------------------------------------------------------------------|
//! | `podman`   | a podman in a temporary folder, with the image of `server.c`                |
//! | `host`     | a fleet's engine on it                                                     |
//! | `contract` | the contract of engines                                                    |
//! | `memory`   | the memory of the machine                                                  |
//! | `network`  | networks that do not keep servers apart                                      |
//! | `disk`     | servers that write more than there is room for                              |
//! | `images`   | images and servers that misbehave, and what they may do                      |
//! | `crashes`  | the last lines of servers that have crashed                                |
//! | `strangers` | containers, volumes and ports of others                                    |
//! | `remnants` | containers that podman has removed by half                                 |
//! | `restarts` | podman is killed, or not there                                             |
//! | `stand_in` | an engine in memory, for what podman does not do on demand                   |
//! | `broken_stops` | stops that are broken off                                              |

mod broken_stops;
mod contract;
mod crashes;
mod disk;
mod host;
mod images;
mod memory;
mod network;
mod podman;
mod remnants;
mod restarts;
mod stand_in;
mod strangers;
