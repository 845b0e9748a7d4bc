locals {
  a = 1
  b = 2
}
variable "v" {
  default = "base"
}
resource "terraform_data" "r" {
  input            = "base"
  triggers_replace = "kept"
}
output "o" {
  value = [local.a, local.b, var.v, terraform_data.r.input, terraform_data.r.triggers_replace]
}
