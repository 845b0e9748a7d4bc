variable "tag" {}
output "tag" {
  value = var.tag
}
output "path" {
  value = "${path.module} of ${path.root}"
}
