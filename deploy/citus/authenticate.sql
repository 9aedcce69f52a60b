-- Gives a node the password by which it connects to the other nodes. Variable of psql: password.
BEGIN;
DELETE FROM pg_dist_authinfo WHERE rolename = current_user;
INSERT INTO pg_dist_authinfo (nodeid, rolename, authinfo) VALUES (0, current_user, 'password=' || :'password');
COMMIT;
