-- Partitions the table of events by month, without rewriting it and while the service runs; see README.md in this folder. Run as the owner of the
-- tables, with psql. It can run again: after an interruption it goes on where it stopped.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET TimeZone = 'UTC';

-- Where a lock is not free within this time, the script ends, nobody has waited longer for it, and it can run again.
SET lock_timeout = '3s';

SELECT relkind = 'p' AS partitioned FROM pg_class WHERE oid = 'events'::regclass \gset
\if :partitioned
    \echo 'events is partitioned already; nothing is changed.'
    \quit
\endif

-- The months begin with the first that is at least a week away: what is later until then are clock errors, which are few.
SELECT count(*) > 0 AS begun, to_char(coalesce(
        max(substring(pg_get_constraintdef(oid) FROM $$'(.*)'$$)::timestamptz),
        date_trunc('month', now() + interval '7 days') + interval '1 month'), 'YYYY-MM-DD HH24:MI:SSOF') AS boundary
FROM pg_constraint WHERE conrelid = 'events'::regclass AND conname = 'events_are_before' \gset

-- From here on no event from the boundary on enters the old table, so that a proof of that can be had without a lock: such events enter a table of
-- their own, which everybody who reads or deletes events reads with the old one, as its child.
\if :begun
    \echo 'A partitioning that was interrupted goes on.'
\else
    BEGIN;
    LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
    CREATE TABLE events_after (LIKE events INCLUDING ALL, CONSTRAINT events_are_after CHECK (occurred_at >= :'boundary')) INHERITS (events);
    CREATE FUNCTION divert_later_event() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events_after SELECT NEW.* ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
    CREATE TRIGGER divert_later BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.occurred_at >= :'boundary') EXECUTE FUNCTION divert_later_event();
    ALTER TABLE events ADD CONSTRAINT events_are_before CHECK (occurred_at < :'boundary') NO INHERIT NOT VALID;
    COMMIT;
\endif

\echo 'Moving the events from' :boundary 'on, of which there are few; reads the table once.'
WITH moved AS (DELETE FROM ONLY events WHERE occurred_at >= :'boundary' RETURNING *)
INSERT INTO events_after SELECT * FROM moved ON CONFLICT DO NOTHING;

\echo 'Checking that the others are earlier; reads the table once more.'
ALTER TABLE events VALIDATE CONSTRAINT events_are_before;

BEGIN;
LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER divert_later ON events;
DROP FUNCTION divert_later_event;
ALTER TABLE events_after NO INHERIT events;
ALTER TABLE events RENAME TO events_before;
ALTER INDEX pk_events RENAME TO pk_events_before;
ALTER INDEX ix_events_arrival RENAME TO ix_events_before_arrival;
ALTER INDEX ix_events_occurred_at RENAME TO ix_events_before_occurred_at;
ALTER INDEX ix_events_user_id_event_id RENAME TO ix_events_before_user_id_event_id;

CREATE TABLE events (LIKE events_before INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION) PARTITION BY RANGE (occurred_at);
ALTER TABLE events ADD CONSTRAINT pk_events PRIMARY KEY (user_id, occurred_at, event_key);
CREATE INDEX ix_events_arrival ON events USING brin (arrival) WITH (autosummarize = true);
CREATE INDEX ix_events_occurred_at ON events (occurred_at) WHERE recommendation_id IS NOT NULL;

-- Each partition has its own unique index of user_id and event_id, which ON CONFLICT DO NOTHING obeys. One of all partitions is impossible, since it
-- would have to contain occurred_at; an event whose id the user has in another month is skipped here.
CREATE FUNCTION skip_known_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RETURN CASE WHEN EXISTS (SELECT FROM events WHERE user_id = NEW.user_id AND event_id = NEW.event_id) THEN NULL ELSE NEW END;
    END $$;
CREATE TRIGGER skip_known BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.event_id IS NOT NULL) EXECUTE FUNCTION skip_known_event();

-- The constraints prove the bounds, so that neither table is read, and are not needed afterwards; the indexes are taken over.
ALTER TABLE events ATTACH PARTITION events_before FOR VALUES FROM (MINVALUE) TO (:'boundary');
ALTER TABLE events ATTACH PARTITION events_after FOR VALUES FROM (:'boundary') TO (MAXVALUE);
ALTER TABLE events_before DROP CONSTRAINT events_are_before;
ALTER TABLE events_after DROP CONSTRAINT events_are_after;

SELECT format('GRANT %s ON events TO %s%s', privilege_type, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'events_before'::regclass
\gexec
SELECT format('ALTER %s OWNER TO %s', altered, relowner::regrole)
FROM pg_class, unnest(ARRAY['TABLE events', 'TABLE events_after', 'FUNCTION skip_known_event']) AS altered WHERE oid = 'events_before'::regclass
\gexec
COMMIT;

-- Autovacuum collects no statistics of all partitions together.
ANALYZE events;
\echo 'events is partitioned. The service adds the months within an hour.'
