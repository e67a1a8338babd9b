"""The server's pages: what students and staff see in a browser.

In: requests, and what the modules beside this package know of people, attempts and the queue. Out: pages that are whole
without a script, in the language that a student reads; staff read English.
"""
