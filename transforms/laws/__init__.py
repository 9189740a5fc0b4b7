"""What must hold of every night's books and effects, whatever was decided; a broken law holds the client."""
