-- Distributes the tables of InterestService over the nodes of a Citus cluster, by user. Runs on the coordinator after `migrate`, as the owner of
-- the tables; what is distributed already is left as it is, so that it can run again after an upgrade. Tables that are not named here stay on
-- the coordinator: those of jobs, clusterings and clusters, the published pointer, keys, the audit trail and Hangfire's schema. They are small,
-- or have triggers, sequences and locks that need one place. See deploy/citus/README.md.

-- All rows of a user are on one node: these tables grow with users and events.
SELECT create_distributed_table('events', 'user_id', colocate_with => 'none')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'events'::regclass);

SELECT create_distributed_table('assignments', 'user_id', colocate_with => 'events')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'assignments'::regclass);

SELECT create_distributed_table('user_labels', 'user_id', colocate_with => 'events')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'user_labels'::regclass);

-- Every node has all rows: these tables are joined with those above by other columns than the user, and are much smaller.
SELECT create_reference_table('items')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'items'::regclass);

SELECT create_reference_table('user_links')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'user_links'::regclass);

SELECT create_reference_table('opt_outs')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'opt_outs'::regclass);

SELECT create_reference_table('erasures')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrel = 'erasures'::regclass);
