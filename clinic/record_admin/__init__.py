"""Rows of the record in the admin: read only, chosen columns, every reading logged."""
