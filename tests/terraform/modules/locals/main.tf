locals {
  z = local.y + 1
  y = local.x * 2
  x = 3
  names = [for i in local.indexes : "${local.prefix}-${i}"]
}
locals {
  prefix  = "p${local.z}"
  indexes = [1, 2, 3]
  deep    = { a = { b = { c = local.names[1] } } }
}
output "z" {
  value = local.z
}
output "names" {
  value = local.names
}
output "c" {
  value = local.deep.a.b.c
}
output "deep" {
  value = local.deep
}
