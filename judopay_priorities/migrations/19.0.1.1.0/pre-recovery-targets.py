"""Policies to which an administrator gave a recovery time already keep theirs (J-18)."""


def migrate(cr, version):
    """Name such a target as the one of the data file: it is then neither made a second time nor changed.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    cr.execute(
        """INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
           SELECT 'judopay_priorities', replace(data.name, 'policy_', 'target_') || '_recovery', 'support.target',
                  target.id, true
           FROM ir_model_data AS data
           JOIN support_policy AS policy ON policy.id = data.res_id
           JOIN support_target AS target
             ON target.version_id = policy.current_version_id AND target.metric = 'recovery'
           WHERE data.module = 'judopay_priorities' AND data.model = 'support.policy'
             AND data.name IN ('policy_ps1', 'policy_ps2', 'policy_ps3', 'policy_ps4', 'policy_ps5')
           ON CONFLICT DO NOTHING"""
    )
