"""ALERT: who must know?

rules.yaml   when to alert: the editors' file      rules       the file, checked     terms   watched words
facts        an item, as the rules look at it      conditions  what a rule may ask, one row each
ledger       what is remembered of each thread     throttle    when a thread has had enough
alerts       what goes out                         room        one item in, at most one alert out
"""
