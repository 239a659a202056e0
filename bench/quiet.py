"""`python -m bench.quiet command`: an `alliage` command without its words, to be measured."""

import os
import sys

from alliage.config.cli import main

if __name__ == "__main__":
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    main()
