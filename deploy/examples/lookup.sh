#!/usr/bin/env bash
# Uploads events, clusters the users and looks them up with curl. Needs curl and sed.
# Usage: lookup.sh [ADDRESS]   (default http://127.0.0.1:5080; API_KEY: the key of the caller, where the service asks for one)
set -euo pipefail
api=${1:-http://127.0.0.1:5080}
api=${api%/}

call() { # METHOD PATH [curl options]: prints the body of the answer; an answer other than success ends the script
  curl --silent --show-error --fail-with-body ${API_KEY:+--header "X-API-Key: $API_KEY"} --request "$1" "$api$2" "${@:3}"
}

echo "Upload three events:"
call POST /events --header 'Content-Type: text/csv' --data-binary @- <<'CSV'
user_id,item_id,event_type,timestamp,category,title
example-ann,sku-00927,purchase,2025-12-30T09:15:00Z,outdoor|camping,"Compact Sleeping Bag, green"
example-ann,sku-01188,browse,2025-12-30T09:18:00Z,outdoor|hiking,"Alpine Backpack, regular"
example-ann,sku-00491,favourite,2025-12-30T09:21:00Z,outdoor|camping,"Rugged Hammock, 2 persons"
CSV
echo

echo "Cluster all users:"
id=$(call POST /clusterings --header 'Content-Type: application/json' --data '{"clusters": 10, "seed": 1}' | sed 's/^{"id":"\([^"]*\)".*/\1/')
while :; do
  now=$(call GET "/clusterings/$id")
  state=$(sed -n 's/^{"id":"[^"]*","state":"\([^"]*\)".*/\1/p' <<<"$now")
  case $state in
    queued | running) sleep 1 ;;
    succeeded) break ;;
    *) echo "$now" >&2; exit 1 ;;
  esac
done
echo "clustering $id $state"

echo "The largest clusters:"
call GET '/clusters?limit=3'
echo

echo "The cluster of a user, of many users, and why:"
call GET /users/example-ann/cluster
echo
call POST /users/clusters --header 'Content-Type: application/json' --data '{"userIds": ["example-ann", "nobody"]}'
echo
call GET /users/example-ann/explanation
echo

echo "What the user is interested in, and what to show next:"
call GET '/users/example-ann/interests?limit=3'
echo
call GET '/users/example-ann/recommendations?limit=3'
echo
