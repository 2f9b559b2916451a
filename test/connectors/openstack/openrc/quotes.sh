export OS_AUTH_URL="http://127.0.0.1:5000/v3"
export OS_USERNAME='admin'
export OS_PASSWORD='admin'-"pw"
export OS_PROJECT_NAME="租户 丙 & \"C\" <γ>"
export OS_USER_DOMAIN_NAME=Def"aul"t
export OS_PROJECT_DOMAIN_NAME=Defa\ult
