variable "stages" {
  type = map(object({
    cidr = string
    port = optional(number, 443)
  }))
}

module "stage" {
  source   = "../stage"
  for_each = var.stages
  name     = each.key
  cidr     = each.value.cidr
  port     = each.value.port
}

output "networks" {
  value = sort([for stage in module.stage : stage.cidr])
}
