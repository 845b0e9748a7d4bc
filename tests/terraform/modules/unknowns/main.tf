resource "terraform_data" "a" {
  input = "known"
}
locals {
  id    = terraform_data.a.id
  mixed = { known = 1, id = local.id }
}
output "id" {
  value = local.id
}
output "mixed" {
  value = local.mixed
}
output "list" {
  value = [local.id, "x"]
}
output "template" {
  value = "id-${local.id}"
}
output "input" {
  value = terraform_data.a.input
}
output "length" {
  value = length([local.id, local.id])
}
output "chosen" {
  value = true ? "known" : local.id
}
output "merged" {
  value = merge({ a = 1 }, { b = local.id })
}
output "for" {
  value = [for x in [1, 2] : { n = x, id = local.id }]
}
output "tried" {
  value = try([][0], local.id)
}
