"""`python -m medtw_qual`: the command line where the program medtw-qual is not on the path."""

from medtw_qual.cli import main

main()
