variable "plain" {
  default = "a"
}
variable "given" {
  type = number
}
variable "auto" {
  type    = list(string)
  default = []
}
variable "list_of_objects" {
  type = list(object({
    port     = number
    open     = optional(bool, true)
    label    = optional(string)
    nested   = optional(object({ a = optional(string, "x"), b = optional(number, 2) }), {})
    tags     = optional(map(string), { k = "v" })
  }))
  default = [{ port = "22" }, { port = 80, open = "false", nested = { b = 7 }, label = "web", extra = 1 }]
}
variable "map_of_numbers" {
  type    = map(number)
  default = { a = "1", b = 2 }
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "b", 3]
}
variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
variable "any_list" {
  type    = list(any)
  default = [1, "a", true]
}
variable "any_map" {
  type    = map(any)
  default = { a = 1, b = "x" }
}
variable "nothing" {
  type    = string
  default = null
}
variable "not_nullable" {
  type     = string
  default  = "kept"
  nullable = false
}
variable "map_of_objects" {
  type    = map(object({ size = optional(number, 1), zone = string }))
  default = { a = { zone = "z1" }, b = { zone = "z2", size = "5" } }
}
output "all" {
  value = {
    plain           = var.plain
    given           = var.given
    auto            = var.auto
    list_of_objects = var.list_of_objects
    map_of_numbers  = var.map_of_numbers
    set             = var.set
    tuple           = var.tuple
    any_list        = var.any_list
    any_map         = var.any_map
    nothing         = var.nothing
    not_nullable    = var.not_nullable
    map_of_objects  = var.map_of_objects
  }
}
