//! Dialogues with the server, without sockets: reader, servant, and a store in memory.
