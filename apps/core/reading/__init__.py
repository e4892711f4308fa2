"""Opening files that others sent, each in a process of its own: what a hostile one does ends with that process.

The modules beside this one that end in ``main()`` are such processes. They know nothing of Django or the portal; the
file comes on standard input and one line of JSON goes out. ``process`` starts them.
"""
