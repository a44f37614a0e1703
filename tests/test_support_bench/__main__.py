import os, sys, time
from . import odoo_side, desks, scale
odoo_side.start(os.environ["SUPPORT_BENCH_CONF"])
plain, peer, ours = os.environ["SUPPORT_BENCH_DATABASES"].split(os.pathsep)
with odoo_side.environment(ours) as env:
    d=desks.OurDesk(env)
    t=time.time(); scale.populate(d,int(sys.argv[1]),int(sys.argv[2])); print('populate',time.time()-t)
    t=time.time(); env.cr.execute("COMMIT"); env.cr._cnx.autocommit=True; env.cr.execute("VACUUM ANALYZE helpdesk_ticket, support_event, support_clock"); print('vacuum', time.time()-t); env.cr._cnx.autocommit=False
    for table in ("helpdesk_ticket","support_event","support_clock"):
        env.cr.execute(f"select count(*), pg_size_pretty(pg_total_relation_size('{table}')) from {table}"); print(table, env.cr.fetchone())
input_=os.environ.get("KEEP")
