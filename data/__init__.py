"""Files in, protected releases out: everything Chorus does away from the screen."""
