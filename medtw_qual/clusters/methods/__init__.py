"""Ways to divide the texts: one file a method; `registry` names them."""
