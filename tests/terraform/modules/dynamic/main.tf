variable "rules" {
  default = { ssh = { port = 22, cidrs = ["10.0.0.0/8"] }, web = { port = 443, cidrs = ["0.0.0.0/0", "::/0"] } }
}
locals {
  expanded = concat([for name, rule in var.rules : [for cidr in rule.cidrs : { name = "${name}-${cidr}", port = rule.port }]]...)
  by_port  = { for rule in local.expanded : "p${rule.port}" => rule.name... }
  flags    = { for rule in local.expanded : rule.name => { public = rule.port == 443 } if rule.port > 100 }
}
resource "terraform_data" "rules" {
  for_each = local.by_port
  input    = { port = each.key, names = join(",", each.value) }
  lifecycle {
    ignore_changes = [triggers_replace]
  }
  depends_on = [terraform_data.flags]
}
resource "terraform_data" "flags" {
  count = length(local.flags)
  input = [for name, flag in local.flags : "${name}=${flag.public}"][count.index]
}
output "expanded" {
  value = local.expanded
}
output "by_port" {
  value = local.by_port
}
output "flags" {
  value = local.flags
}
output "rules" {
  value = { for key, rule in terraform_data.rules : key => rule.input }
}
