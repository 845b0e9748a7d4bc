# Addresses and their products.
locals {
  base  = "10.20.0.0/16"
  zones = ["a", "b", "c"]
  tiers = { public = 0, private = 1, data = 2 }
  subnets = {
    for pair in setproduct(keys(local.tiers), local.zones) :
    "${pair[0]}-${pair[1]}" => {
      cidr   = cidrsubnet(local.base, 8, local.tiers[pair[0]] * 16 + index(local.zones, pair[1]))
      public = pair[0] == "public"
    }
  }
  rules = flatten([
    for name, subnet in local.subnets : [
      for port in subnet.public ? [80, 443] : [5432] : { name = name, port = port, from = subnet.public ? "0.0.0.0/0" : local.base }
    ]
  ])
}

resource "terraform_data" "subnet" {
  for_each = local.subnets
  input    = merge(each.value, { gateway = cidrhost(each.value.cidr, 1), mask = cidrnetmask(each.value.cidr) })
}

output "split" {
  value = cidrsubnets(local.base, 4, 4, 8)
}

output "rules" {
  value = { for rule in local.rules : "${rule.name}:${rule.port}" => rule.from }
}

output "public" {
  value = sort([for name, subnet in terraform_data.subnet : subnet.input.cidr if local.subnets[name].public])
}

output "lookup" {
  value = [
    lookup({ a = 1 }, "b", 7),
    element(local.zones, 4),
    slice(local.zones, 1, 3),
    chunklist(local.zones, 2),
    zipmap(local.zones, range(3)),
    transpose({ x = ["1", "2"], y = ["2"] }),
    matchkeys(["i", "j"], ["a", "b"], ["b"]),
    setsubtract(local.zones, ["b"]),
    reverse(local.zones),
    compact(["", "a", null]),
    coalescelist([], ["x"]),
    formatlist("%s-%d", local.zones, 1),
    regexall("[a-z]+", "ab 12 cd"),
    replace("a.b.c", "/\\./", "-"),
    jsondecode("{\"a\": [1, null]}"),
  ]
}
