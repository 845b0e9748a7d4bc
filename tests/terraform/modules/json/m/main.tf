variable "x" {}
output "x" {
  value = var.x + 1
}
