variable "name" {
  type = string
}

variable "rules" {
  type    = list(string)
  default = []
}

variable "location" {
  type     = string
  nullable = false
}

locals {
  specified = try(length(var.rules) > 0, false)
  files     = local.specified ? tolist(fileset("${path.module}/../lib", "**/rule_*.{json,json.tftpl}")) : null
  variables = {
    location = var.location
    scope    = "/zones/${var.name}"
  }
  dataset = try(length(local.files) > 0, false) ? {
    for file in local.files :
    file => jsondecode(templatefile("${path.module}/../lib/${file}", local.variables))
  } : null
  notes = yamldecode(file("${path.module}/../lib/notes.yaml"))
  by_name = try(length(local.dataset) > 0, false) ? {
    for key, value in local.dataset :
    value.name => value
    if value.type == "rule"
  } : null
  rules = merge(local.by_name, null)
}

output "configuration" {
  value = {
    rules = [
      for rule in var.rules :
      {
        id       = "${local.variables.scope}/rules/${rule}"
        scope    = local.variables.scope
        template = try(local.rules[rule], null)
        note     = lookup(local.notes, rule, "")
      }
    ]
  }
}
