# Three levels of modules, each with its own repetition, and outputs of outputs.
variable "regions" {
  type = map(object({
    zones = list(string)
    hosts = optional(map(object({
      size  = optional(string, "small")
      disks = optional(list(number), [10])
      spare = optional(bool)
    })), {})
  }))
  default = {
    eu = {
      zones = ["a", "b"]
      hosts = {
        web = { size = "large", disks = [20, 40] }
        db  = {}
      }
    }
    us = { zones = ["c"] }
  }
}

module "region" {
  source   = "./region"
  for_each = var.regions
  name     = each.key
  region   = each.value
}

output "hosts" {
  value = merge([for name, region in module.region : { for host, found in region.hosts : "${name}/${host}" => found }]...)
}

output "first" {
  value = module.region["eu"].hosts["web"].addresses[0]
}

output "sizes" {
  value = distinct(flatten([for region in module.region : [for host in region.hosts : host.size]]))
}

output "total" {
  value = sum(concat([0], flatten([for region in module.region : region.disks])))
}
