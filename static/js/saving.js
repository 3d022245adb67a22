// Saves answers and notes in turn, again when the network was away.
