locals {
  b = 20
}
variable "v" {
  default = "overridden"
}
resource "terraform_data" "r" {
  input = "overridden"
}
