"""ALERT: who must know?

rules.yaml   when to alert: the editors' file      rules       the file, checked     watched   words to look for
facts        an item, as the rules see it          conditions  what a rule may ask, one row each
threads      what is remembered of each thread     throttle    when a thread has had enough alerts
alerts       the alert and its record              room        one item in, at most one alert out
"""
