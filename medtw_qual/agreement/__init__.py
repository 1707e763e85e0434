"""How well people agree: coefficients, intervals and planning. Mathematics on tables; it knows no files."""
