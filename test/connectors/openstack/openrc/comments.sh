#!/usr/bin/env bash
# a comment with OS_PASSWORD=wrong

export OS_AUTH_URL=http://127.0.0.1:5000/v3   # inline
#export OS_USERNAME=wrong
export OS_USERNAME=admin	# it's "odd"
export OS_PASSWORD=admin-pw
export OS_PROJECT_NAME='admin' # ' 
export OS_USER_DOMAIN_NAME=Default
export OS_PROJECT_DOMAIN_NAME=Default
export OS_NOTE=a#b
