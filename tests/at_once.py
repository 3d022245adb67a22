"""Several people act at the same moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(*calls):
    """Begin all the calls at the same moment; return what each returned or raised."""
    # A pool of its own, in which nothing is missing that other tests have broken.
    connection.close()
    connection.close_pool()
    start = Barrier(len(calls))

    def run(call):
        try:
            # The connection is open before the start, so that nobody is late by that.
            connection.ensure_connection()
            start.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
