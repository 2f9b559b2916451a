source /srv/openrc/plain.sh
export OS_REGION_NAME=RegionOne
