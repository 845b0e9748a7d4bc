variable "name" {
  type = string
}

variable "zones" {
  type = set(string)
}

variable "size" {
  type = string
}

variable "disks" {
  type = list(number)
}

variable "spare" {
  type    = bool
  default = false
}

resource "terraform_data" "copy" {
  count = length(var.zones)
  input = {
    name  = format("%s-%02d", var.name, count.index + 1)
    zone  = sort(var.zones)[count.index]
    spare = var.spare == null ? "unset" : tostring(var.spare)
    first = count.index == 0
  }
}

output "size" {
  value = upper(var.size)
}

output "disks" {
  value = var.disks
}

output "addresses" {
  value = [for copy in terraform_data.copy : "${copy.input.name}.${copy.input.zone}"]
}
