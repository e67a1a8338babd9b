"""Image captioning with recurrent neural networks."""
