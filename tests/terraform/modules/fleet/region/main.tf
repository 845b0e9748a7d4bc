variable "name" {}
variable "region" {}

module "host" {
  source   = "../host"
  for_each = var.region.hosts
  name     = "${var.name}-${each.key}"
  zones    = var.region.zones
  size     = each.value.size
  disks    = each.value.disks
  spare    = each.value.spare
}

output "hosts" {
  value = { for key, host in module.host : key => { size = host.size, addresses = host.addresses } }
}

output "disks" {
  value = [for host in module.host : host.disks]
}
