variable "name" {
  type = string
}
variable "sizes" {
  type    = list(number)
  default = []
}
module "inner" {
  source = "../inner"
  tag    = "${var.name}!"
}
output "total" {
  value = length(var.sizes) * 10
}
output "name" {
  value = "<${var.name}>${module.inner.tag}"
}
output "path" {
  value = path.module
}
output "inner" {
  value = module.inner.path
}
