locals {
  users = [{ name = "ann", admin = true }, { name = "bob", admin = false }]
  text  = "%{ for u in local.users ~}${u.name}%{ if u.admin } (admin)%{ endif };%{ endfor ~}"
  json = jsonencode({ for u in local.users : u.name => { admin = u.admin, greeting = "hi \"${u.name}\" <&>" } })
}
output "text" {
  value = local.text
}
output "json" {
  value = local.json
}
output "wrapped" {
  value = "${local.users}"
}
output "file" {
  value = file("${path.module}/greeting.txt")
}
