"""How pages for people look: templates, and one style sheet that is put into each page."""
