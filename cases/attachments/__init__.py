"""Files beside the record: what is let in, where it is kept, how it is listed.

`content`, `pictures`, `documents` and `examine` are pure and run in a process of their own, which
`checking` starts with little memory, little time and no secrets: whoever sends a file may mean harm.
"""
