# A library of files that every instance of a module loads, as landing zones do.
locals {
  zones = {
    core = { rules = ["deny_public", "require_tags"], location = "westeurope" }
    edge = { rules = ["require_tags"], location = "northeurope" }
    none = { rules = [], location = null }
  }
}

module "archetype" {
  source   = "./archetype"
  for_each = local.zones
  name     = each.key
  rules    = each.value.rules
  location = coalesce(each.value.location, "global")
}

locals {
  all = flatten([for archetype in values(module.archetype) : archetype.configuration.rules])
  by_id = {
    for rule in local.all :
    rule.id => rule
  }
}

resource "terraform_data" "rule" {
  for_each = local.by_id
  input = {
    name   = each.value.template.name
    mode   = try(each.value.template.properties.mode, "All")
    effect = lookup(each.value.template.properties, "effect", "Audit")
    rule   = try(length(each.value.template.properties.rule) > 0, false) ? jsonencode(each.value.template.properties.rule) : null
  }
}

output "ids" {
  value = keys(local.by_id)
}

output "grouped" {
  value = { for rule in local.all : rule.template.name => rule.scope... }
}
