"""Sessions belong to a company; those that were planned before are for all of them, as they were (O-11)."""


def migrate(cr, version):
    """Make the column empty, before the default of new sessions would fill it for old ones.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    cr.execute("ALTER TABLE openpyme_session ADD COLUMN IF NOT EXISTS company_id integer")
