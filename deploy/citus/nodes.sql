-- Makes a node known to the coordinator; nodes that are known already are left as they are. Variables of psql: coordinator, worker.
SELECT citus_set_coordinator_host(:'coordinator', 5432);
SELECT citus_add_node(:'worker', 5432);
