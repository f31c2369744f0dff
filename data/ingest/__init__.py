"""One door for every file: recognise, read as text, map, check, load or refuse."""
