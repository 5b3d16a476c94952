# The package that start-cluster.sh copies to hosts: jars and launcher in one tar file. Sourced after hosts.sh.
# shellcheck shell=bash disable=SC2034,SC2154  # hosts.sh sets what this file reads; others read what it sets

# name_package: sets package_name, flotilla-VERSION-CONTENT; the same content has the same name.
name_package() {
  local version content
  version=$(find -L "$FLOTILLA_LIB" -name 'flotilla-cli-*.jar' | head -n 1 | sed 's/.*flotilla-cli-//; s/\.jar$//')
  content=$(cd "$FLOTILLA_LIB" && sha256sum -- *.jar "$FLOTILLA_SCRIPTS/flotilla" "$FLOTILLA_SCRIPTS/lib.sh" |
    sed 's# .*/# #' | sha256sum | cut -c 1-12)
  package_name=flotilla-${version:-development}-$content
  package_file=$FLOTILLA_ROOT/run/packages/$package_name.tar
}

# make_package: writes package_file unless it is there; sets package_sha256.
make_package() {
  local stage
  if ! [ -f "$package_file" ]; then
    mkdir -p "$(dirname "$package_file")"
    rm -f "$(dirname "$package_file")"/flotilla-*
    stage=$(mktemp -d "$(dirname "$package_file")/stage.XXXXXX")
    mkdir "$stage/lib" "$stage/scripts"
    cp -L "$FLOTILLA_LIB"/*.jar "$stage/lib"
    cp "$FLOTILLA_SCRIPTS/flotilla" "$FLOTILLA_SCRIPTS/lib.sh" "$stage/scripts"
    cp "$FLOTILLA_ROOT/LICENSE" "$stage"
    # Jars are compressed already. The head of the file says nothing about when and by whom it was made.
    tar -cf "$stage.tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw -C "$stage" .
    mv "$stage.tar" "$package_file"
    rm -rf "$stage"
  fi
  package_sha256=$(sha256sum "$package_file" | cut -d ' ' -f 1)
}

# copy_package HOST: puts the package into the cluster's folder there.
copy_package() {
  local folder
  folder=$(quoted "$cluster_dir")
  if $dry_run; then
    printf '%s$ mkdir -p %s && cat >%s/%s.tar    <%s\n' "$1" "$cluster_dir" "$cluster_dir" "$package_name" "$package_file"
  else
    # shellcheck disable=SC2029  # the folder is quoted for the other side
    ssh "${ssh_options[@]}" "$1" "mkdir -p $folder && cat >$folder/$package_name.tar" <"$package_file" || return
  fi
  on_host "$1" unpack "$package_name" "$package_sha256"
}
