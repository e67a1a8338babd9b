"""Gets the original course's pack: downloads it, checks it and puts it in place."""
