# What conversions make of values.
variable "anything" {
  type    = list(any)
  default = [1, "two", true]
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "objects" {
  type = set(object({ name = string, port = optional(number), tags = optional(map(string), { a = 1 }) }))
  default = [
    { name = "b", port = "80" },
    { name = "a", port = null, more = "dropped" },
    { name = "b", port = 80 },
  ]
}

variable "nothing" {
  type    = string
  default = null
}

variable "nested" {
  type    = map(map(number))
  default = { x = { y = "1" }, z = {} }
}

locals {
  mixed  = true ? { a = 1, b = "x" } : { a = 2, b = "y" }
  either = false ? [1, 2] : ["a"]
  chosen = var.nothing != null ? var.nothing : "was null"
  ports  = [for object in var.objects : coalesce(object.port, 443)]
}

output "anything" {
  value = var.anything
}

output "pair" {
  value = var.pair
}

output "objects" {
  value = var.objects
}

output "nested" {
  value = var.nested
}

output "locals" {
  value = [local.mixed, local.either, local.chosen, local.ports]
}

output "converted" {
  value = {
    set    = toset(["b", "a", "b"])
    map    = tomap({ a = 1, b = "2" })
    number = tonumber("1e3")
    bool   = tobool("true")
    null   = try(tostring(null), "none")
    large  = 9007199254740993
    parts  = 10 / 4
    index  = [for index, value in ["x", "y"] : "${index}${value}"]
    keys   = [for key, value in { b = 1, a = 2 } : key]
    one    = one([for object in var.objects : object.name if object.port == null])
    tuple  = [1, "a", [true, null]][2][0]
    splat  = var.objects[*].name
    single = var.nothing[*]
  }
}
