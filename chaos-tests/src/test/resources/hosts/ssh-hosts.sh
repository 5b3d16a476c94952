#!/usr/bin/env bash
# Hosts with a real sshd on this machine, and an operator beside them: network namespaces on a bridge of their own, each
# with its own processes, host name, /root and /tmp. Needs root; nothing outside DIR and the namespaces is touched.
#
# Usage: ssh-hosts.sh possible                    says what is missing here, and fails, when there is something
#        ssh-hosts.sh up DIR PREFIX N             makes the network for host1 to hostN and the operator, and the keys
#        ssh-hosts.sh host DIR PREFIX NUMBER      is that host until it is killed, and with it all that runs on it
#        ssh-hosts.sh operator DIR PREFIX COMMAND...
#        ssh-hosts.sh down PREFIX N
set -euo pipefail

address() { echo "10.77.0.$1"; }

possible() {
  local tool
  for tool in ip unshare ssh sshd ssh-keygen; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || { echo "there is no $tool (Debian: openssh-server, iproute2)"; return 1; }
  done
  [ "$(id -u)" = 0 ] || { echo "network namespaces need root"; return 1; }
  ip netns add "possible-$$" || { echo "this machine does not let root make network namespaces"; return 1; }
  ip netns exec "possible-$$" unshare --mount --pid --fork --mount-proc --uts true || { echo "unshare does not work"; return 1; }
  ip netns del "possible-$$"
}

up() {
  local dir=$1 prefix=$2 count=$3 n
  mkdir -p "$dir"
  ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
  ip netns add "$prefix-0"
  ip -n "$prefix-0" link set lo up
  ip -n "$prefix-0" link add bridge type bridge
  ip -n "$prefix-0" addr add "$(address 100)/24" dev bridge
  ip -n "$prefix-0" link set bridge up
  hosts_file 0 "$count" >"$dir/hosts"
  for n in $(seq "$count"); do
    ip netns add "$prefix-$n"
    ip -n "$prefix-$n" link set lo up
    ip link add eth0 netns "$prefix-$n" type veth peer name "to-host$n" netns "$prefix-0"
    ip -n "$prefix-0" link set "to-host$n" master bridge up
    ip -n "$prefix-$n" addr add "$(address "$n")/24" dev eth0
    ip -n "$prefix-$n" link set eth0 up
    mkdir -p "$dir/host$n/home" "$dir/host$n/tmp"
    chmod 1777 "$dir/host$n/tmp"
    hosts_file "$n" "$count" >"$dir/host$n/hosts"
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host$n/host_key"
    cp "$dir/key.pub" "$dir/host$n/authorized_keys"
    echo "host$n $(cut -d ' ' -f 1,2 "$dir/host$n/host_key.pub")" >>"$dir/known_hosts"
    sshd_config >"$dir/host$n/sshd_config"
  done
}

# hosts_file OWN COUNT: as Debian writes it, a host's own name is a loopback address.
hosts_file() {
  local n
  echo "127.0.0.1 localhost"
  for n in $(seq "$2"); do
    if [ "$n" = "$1" ]; then echo "127.0.1.1 host$n"; else echo "$(address "$n") host$n"; fi
  done
}

sshd_config() {
  cat <<'CONFIG'
Port 22
HostKey /mnt/host_key
AuthorizedKeysFile /mnt/authorized_keys
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
PidFile none
CONFIG
}

host() {
  # shellcheck disable=SC2016  # for the inner bash
  exec ip netns exec "$2-$3" unshare --mount --pid --fork --kill-child --mount-proc --uts bash -c '
    set -euo pipefail
    hostname "$2"
    # The folder itself may be below what is covered next.
    mount --bind "$1" /mnt
    mount -t tmpfs tmpfs /run
    mkdir -m 755 /run/sshd
    sed "s/^root:!*/root:/; s/^root::/root:*:/" /etc/shadow >/run/shadow
    chmod 600 /run/shadow
    mount --bind /run/shadow /etc/shadow
    mount --bind /mnt/hosts /etc/hosts
    mount --bind /mnt/tmp /tmp
    mount --bind /mnt/home /root
    cd /
    exec /usr/sbin/sshd -D -e -f /mnt/sshd_config
  ' host "$1/host$3" "host$3"
}

operator() {
  local dir=$1 prefix=$2
  shift 2
  # shellcheck disable=SC2016  # for the inner bash
  exec ip netns exec "$prefix-0" unshare --mount bash -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' \
    operator "$dir/hosts" "$@"
}

down() {
  local n
  for n in $(seq 0 "$2"); do ip netns del "$1-$n" 2>/dev/null || true; done
}

"$@"
