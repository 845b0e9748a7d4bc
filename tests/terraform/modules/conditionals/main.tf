variable "env" {
  default = "prod"
}
variable "overrides" {
  type    = map(any)
  default = {}
}
locals {
  is_prod  = var.env == "prod"
  size     = local.is_prod ? "large" : "small"
  settings = merge({ size = local.size, backups = local.is_prod ? 7 : 1 }, var.overrides)
  subnets  = local.is_prod ? [for i in [0, 1, 2] : "10.0.${i}.0/24"] : ["10.0.0.0/24"]
  tags     = local.is_prod ? { env = "prod", tier = "1" } : {}
  chosen   = try(var.overrides.size, local.settings["size"], "none")
  nothing  = local.is_prod ? null : "x"
}
output "all" {
  value = {
    size = local.size, settings = local.settings, subnets = local.subnets, tags = local.tags
    chosen = local.chosen, nothing = local.nothing
  }
}
