//! The contract that all engines keep.

use super::host::ClusterHost;
use crate::engine::contract::passes_the_contract;

passes_the_contract!(ClusterHost);
