//! What is asked over the network: who is on, by the server's own word.
