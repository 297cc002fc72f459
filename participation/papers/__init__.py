"""What the council reads: the concept, council papers with their consultations, and the files made of them."""
