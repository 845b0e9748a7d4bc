variable "create" {
  default = true
}
resource "terraform_data" "counted" {
  count = 3
  input = { index = count.index, even = count.index % 2 == 0, name = "n${count.index}" }
}
resource "terraform_data" "none" {
  count = var.create ? 0 : 1
  input = "x"
}
resource "terraform_data" "one" {
  count = var.create ? 1 : 0
  input = [for d in terraform_data.counted : d.input.index]
}
output "inputs" {
  value = terraform_data.counted[*].input
}
output "one" {
  value = try(terraform_data.one[0].input, "none")
}
output "none" {
  value = try(terraform_data.none[0].input, "none")
}
output "lengths" {
  value = [length(terraform_data.counted), length(terraform_data.none)]
}
