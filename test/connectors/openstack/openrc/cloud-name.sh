export OS_CLOUD=overcloud
