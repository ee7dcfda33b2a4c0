//! Tests with a real podman, and the most important ones with a real Docker. Where one cannot be had, they say loudly
//! that they did not run.
//!
//! | module     | subject                                                                    |
//! |------------|----------------------------------------------------------------------------|
//! | `image`    | the images of the tests, with the program of `server.c`                      |
//! | `machine`  | what tests need of a container engine                                      |
//! | `podman`   | a podman in a temporary folder                                             |
//! | `docker`   | a Docker in a temporary folder                                             |
//! | `host`     | a fleet's engine on it                                                     |
//! | `contract` | the contract of engines                                                    |
//! | `memory`   | the memory of the machine                                                  |
//! | `network`  | networks that do not keep servers apart                                      |
//! | `disk`     | servers that write more than there is room for                              |
//! | `images`   | images and servers that misbehave, and what they may do                      |
//! | `crashes`  | the last lines of servers that have crashed                                |
//! | `strangers` | containers, volumes and ports of others                                    |
//! | `remnants` | containers that podman has removed by half                                 |
//! | `restarts` | the container engine is killed, or not there                                |
//! | `stand_in` | an engine in memory, for what podman does not do on demand                   |
//! | `broken_stops` | stops that are broken off                                              |

/// Runs tests, which are functions of a `machine::Machine`, with each kind of container engine that is here.
macro_rules! with_each_machine {
    ($($case:ident,)+) => {
        with_each_machine! { with_podman, crate::engine::docker::tests::podman::Podman: $($case,)+ }
        with_each_machine! { with_docker, crate::engine::docker::tests::docker::Docker: $($case,)+ }
    };
    ($module:ident, $machine:ty: $($case:ident,)+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $case() {
                    if <$machine as crate::engine::docker::tests::machine::Machine>::can_run() {
                        super::$case::<$machine>().await;
                    }
                }
            )+
        }
    };
}

mod broken_stops;
mod contract;
mod crashes;
mod disk;
mod docker;
mod host;
mod image;
mod images;
mod machine;
mod memory;
mod network;
mod podman;
mod remnants;
mod restarts;
mod stand_in;
mod strangers;
