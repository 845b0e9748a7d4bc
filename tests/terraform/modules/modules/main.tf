module "a" {
  source = "./child"
  name   = "a"
  sizes  = [1, 2]
}
module "b" {
  source   = "./child"
  for_each = { x = [1], y = [1, 2, 3] }
  name     = "b-${each.key}-${module.a.total}"
  sizes    = each.value
}
module "c" {
  source = "./child"
  count  = 2
  name   = module.b["x"].name
  sizes  = [count.index]
}
module "none" {
  source = "./child"
  count  = 0
  name   = "none"
}
output "a" {
  value = module.a.total
}
output "b" {
  value = { for key, b in module.b : key => b.total }
}
output "c" {
  value = module.c[*].name
}
output "whole" {
  value = module.c[1]
}
output "none" {
  value = length(module.none)
}
output "path" {
  value = [path.module, path.root, module.a.path, module.a.inner]
}
