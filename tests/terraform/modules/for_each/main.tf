locals {
  servers = {
    web = { size = 1, ports = [80, 443] }
    db  = { size = 2, ports = [5432] }
  }
  pairs = { for pair in concat([for name, server in local.servers : [for port in server.ports : { key = "${name}-${port}", port = port }]]...) : pair.key => pair.port }
}
resource "terraform_data" "server" {
  for_each = local.servers
  input    = "${each.key}:${each.value.size}"
}
resource "terraform_data" "port" {
  for_each = local.pairs
  input    = { key = each.key, port = each.value }
}
resource "terraform_data" "chained" {
  for_each = terraform_data.server
  input    = "${each.key} after ${each.value.input}"
}
output "servers" {
  value = { for name, server in terraform_data.server : name => server.input }
}
output "ports" {
  value = [for port in terraform_data.port : port.input.port]
}
output "one" {
  value = terraform_data.server["db"].input
}
output "keys" {
  value = [for key, _ in terraform_data.port : key]
}
