//! A log file followed through rotation, truncation, replacement and restart.
