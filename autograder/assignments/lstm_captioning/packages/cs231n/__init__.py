"""What the captioning assignment's notebook imports: layers, a model, a solver, and data, in plain numpy."""
