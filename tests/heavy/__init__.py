"""Heavy sets, run by `make heavy`, never by CI: minutes long.

Seeds (`test_seeds_*.py`): a thousand generated inputs against whatever reads what people send. A failure names its seed:
`HEAVY_SEED=417 python -m tests.run --heavy -k <name of the test>` plays it again alone; `HEAVY_SEEDS=50` does fewer.

Faults (`test_faults_*.py`): a platform of their own, on this machine's loopback, whose processes are killed, whose database,
cache and mail server stop, whose disk is full: nothing half-written, words in French, and everything goes on afterwards.
"""
