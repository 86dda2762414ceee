#!/usr/bin/env bash
# A client of the order service, of curl (7.71 or later) and bash.
#
#   docs/clients/orders.sh http://localhost:3000 life user_123
set -euo pipefail
base=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# With ORDERS_TOKEN each request bears it. From a file, as others can see what curl is called with.
if [[ ${ORDERS_TOKEN:-} ]]; then echo "Authorization: Bearer $ORDERS_TOKEN" >"$work/token"; fi

# ask CURL-ARGS... prints the answer; the headers of all tries are in $work/headers. curl sends the
# request again, later and later or when Retry-After says, if the connection breaks or the answer is
# 408, 429, 500, 502, 503 or 504. With a key that is safe for commands, too. Any other refusal ends
# it: its code is in docs/errors.md.
ask() {
    local status
    status=$(curl -sS --max-time 10 --retry 8 --retry-all-errors --retry-max-time 60 \
        ${ORDERS_TOKEN:+-H "@$work/token"} -D "$work/headers" -o "$work/answer" -w '%{http_code}' "$@" 2>"$work/errors") || {
        cat "$work/errors" >&2
        return 1
    }
    [[ $status == 2* ]] || { echo "$status $(<"$work/answer")" >&2; return 1; }
    cat "$work/answer"
}

# command PATH [BODY]: A key names one intention. Store it before you send it, to go on after a
# crash of your own.
command() {
    local key
    key=$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid) || {
        echo "nothing was sent, as no key can be made: install uuidgen" >&2
        return 1
    }
    ask -X POST "$base/commands/orders$1" -H "Idempotency-Key: $key" \
        ${2:+-H 'Content-Type: application/json' -d "$2"}
}

# field NAME prints the first value of that name in JSON; jq does it better.
field() { grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | cut -d : -f 2- | tr -d '"'; }

# show prints an order of each line that has one.
show() {
    local line
    while IFS= read -r line || [[ $line ]]; do
        [[ $line == *'"orderId"'* ]] || continue
        echo "$(field orderId <<<"$line") $(field status <<<"$line") $(field version <<<"$line")"
    done
}

# life takes a new order through its life, and shows it as queries do then.
life() {
    local id etag
    id=$(command '' '{"userId":"'"$1"'","items":[{"sku":"sku_mouse","qty":2,"price":5.99}]}' |
        field orderId)
    {
        command "/$id/confirm"
        command "/$id/payments/capture" '{"paymentId":"pay_1","amount":11.98}'
        command "/$id/shipments" '{"shipmentId":"ship_1","items":[{"sku":"sku_mouse","qty":2}]}'
        command "/$id/deliveries" '{"shipmentId":"ship_1"}'
        command "/$id/complete"
    } >/dev/null
    # The ETag of a command leads to its own write, wherever it is read.
    etag=$(sed -nE 's/^etag: (.*)\r$/\1/Ip' "$work/headers" | tail -n 1)
    ask -G "$base/queries/orders/$id" --data-urlencode "minVersion=$etag" | show
}

# list shows all orders of a user, the newest first, a page at a time.
list() {
    local cursor='' page
    while
        page=$(ask -G "$base/queries/orders" --data-urlencode "userId=$1" -d "limit=${2:-50}" \
            -d "cursor=$cursor") || return
        sed 's/{"orderId"/\n&/g' <<<"$page" | show
        cursor=$(field nextCursor <<<"$page") # Without one this is the last page.
    do :; done
}

# follow shows the orders of a user as they change, for ever. It goes on where a connection broke
# off. Where that cannot be, as at first, it shows what there is; an order may come twice. A service
# that is there says something every 15 seconds.
follow() {
    local last='' id='' line
    while :; do
        while IFS= read -r line; do
            case $line in
            'retry: '*) [[ $last ]] || list "$1" || break ;; # The stream has begun: nothing is missed.
            'id: '*) id=${line#id: } ;;
            'event: reset') list "$1" || break ;;
            'data: '*) show <<<"$line" ;;
            '') last=$id ;; # Now it is dealt with.
            esac
        done < <(curl -sNf -G "$base/queries/orders/stream" --data-urlencode "userId=$1" \
            ${ORDERS_TOKEN:+-H "@$work/token"} ${last:+-H "Last-Event-ID: $last"} --connect-timeout 40 --speed-limit 1 \
            --speed-time 40 -D "$work/stream")
        if grep -E '^HTTP/[0-9.]+ 4' "$work/stream" | grep -vE ' (408|429)' >&2; then return 1; fi
        sleep "1.$RANDOM"
    done
}

"${@:2}"
