"""Patients in and out: readers for what other systems export, and the loader that writes it.

Everything but `load` is pure: bytes in, `IncomingPatient` out, no Django and no database.
"""
