"""Who asks for units: the lines with the rules that hold for them, in groups, in the order of serving."""
